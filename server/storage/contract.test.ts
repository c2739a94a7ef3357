import { mongoUri } from '../testing/mongo.ts'
import { storeContract } from './contract/index.ts'
import { openMongo } from './mongo/testing/open.ts'
import { openSqlite, openWriterThread } from './sqlite/testing/open.ts'

storeContract('sqlite', openSqlite)
storeContract('sqlite with a writer thread', openWriterThread)
if (mongoUri) storeContract('mongo', openMongo)
