import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { backUp, checkBackup } from '../server/storage/sqlite/backup.ts'
import { readSecretFiles } from '../server/storage/sqlite/secret-files.ts'
import { backUpPictures } from './lib/pictures.ts'
import { withEmbedded } from './lib/embedded.ts'

// npm run -s backup -- FILE
// Copies the embedded database into one file while the server runs, with the secrets of DATA_DIR, and the pictures into the
// folder `files` beside it, which the backups there share.

await withEmbedded('backup', async (to, { file, config }) => {
  const beside = readSecretFiles(config.dataDir)
  await backUp({ file, to, beside, progress: showProgress })
  const { orders } = checkBackup(to)
  console.log(`${to}: ${orders} orders, ${megabytes(to)} MB, with ${Object.keys(beside).join(', ') || 'no secret'}.`)
  const pictures = await backUpPictures(config, dirname(to))
  if (pictures) console.log(pictures)
  console.log('Not in it: messages that wait for devices that are offline. Keep it as safe as the secrets in it.')
})

/** On a terminal only. */
function showProgress(share: number) {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.round(share * 100)} %${share === 1 ? '\n' : ''}`)
}

function megabytes(path: string): string {
  return (statSync(path).size / 1e6).toFixed(1)
}
