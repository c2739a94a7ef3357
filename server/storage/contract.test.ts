import { mongoUri } from '../testing/mongo.ts'
import { featureRecords } from '../features/compose.ts'
import { storeContract } from './contract/index.ts'
import { openMongo } from './mongo/testing/open.ts'
import { openSqlite, openWriterThread } from './sqlite/testing/open.ts'

storeContract('sqlite', openSqlite, featureRecords)
storeContract('sqlite with a writer thread', openWriterThread, featureRecords)
if (mongoUri) storeContract('mongo', openMongo, featureRecords)
