import { storeContract } from './contract.ts'
import { createSqliteStore } from './sqlite/index.ts'
import { temporaryDirectory } from './sqlite/testing/temporary.ts'

storeContract('sqlite', async (clock) => {
  const directory = await temporaryDirectory()
  const store = createSqliteStore({ file: directory.file, clock, exclusive: true })
  await store.start()
  return {
    store,
    async close() {
      await store.stop()
      await directory.remove()
    },
  }
})
