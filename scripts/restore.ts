import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { restore } from '../server/storage/sqlite/backup.ts'
import { makePrivateFolder } from '../server/lib/private-files.ts'
import { restorePictures } from './lib/pictures.ts'
import { withEmbedded, secretFiles } from './lib/embedded.ts'

// npm run -s restore -- FILE
// Makes the embedded database in DATA_DIR, which has none yet, from a backup, and copies the pictures beside it.

await withEmbedded('restore', async (from, { file, config }) => {
  const { dataDir } = config
  const existing = secretFiles.map((name) => join(dataDir, name)).find((path) => existsSync(path))
  if (existing) throw new Error(`${existing} exists: restore into an empty DATA_DIR`)
  const { beside, orders } = await restore(from, file)
  makePrivateFolder(dataDir)
  for (const name of secretFiles) {
    const content = beside[name]
    if (content !== undefined) writeFileSync(join(dataDir, name), content, { mode: 0o600 })
  }
  const pictures = await restorePictures(config, dirname(from))
  console.log(`${file}: ${orders} orders. Devices that were offline get what happens from now on.`)
  if (pictures) console.log(pictures)
})
