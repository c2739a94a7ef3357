import { existsSync, readdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { featureRecords } from '../features/compose.ts'
import { mongoUri } from '../testing/mongo.ts'
import { storeContract } from './contract/index.ts'
import { openMongo } from './mongo/testing/open.ts'
import { openSqlite, openWriterThread } from './sqlite/testing/open.ts'

/** By folder: how each adapter opens an empty store. */
const adapters = {
  sqlite: { sqlite: openSqlite, 'sqlite with a writer thread': openWriterThread },
  mongo: mongoUri ? { mongo: openMongo } : {},
}

test('the contract runs over the adapter of every folder', () => {
  const here = new URL('.', import.meta.url)
  const folders = readdirSync(here).filter(
    (name) => existsSync(new URL(`${name}/index.ts`, here)) && name !== 'contract',
  )
  assert.equal(folders.sort(), Object.keys(adapters).sort())
})

test.run()

for (const openers of Object.values(adapters))
  for (const [name, openStore] of Object.entries(openers)) storeContract(name, openStore, featureRecords)
