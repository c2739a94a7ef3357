import { mongoUri } from '../testing/mongo.ts'
import { storeContract } from './contract.ts'
import { openMongo } from './mongo/testing/open.ts'
import { openSqlite } from './sqlite/testing/open.ts'

storeContract('sqlite', openSqlite)
if (mongoUri) storeContract('mongo', openMongo)
