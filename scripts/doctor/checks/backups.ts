import type { Config } from '../../../server/config/config.ts'
import { listBackups } from '../../../server/features/backups/backup-files.ts'
import { ok, problem, warning, type Finding } from '../finding.ts'

const hour = 3_600_000

/** The age of the newest backup that the server made. */
export function checkBackups({ backups, mongoUri }: Config): Finding[] {
  if (mongoUri !== null) return []
  if (backups === null)
    return [warning('the server makes no backups', 'set BACKUP_EVERY=1d, unless another program makes them')]
  const { folder, every } = backups
  const newest = listBackups(folder).at(-1)
  if (!newest) return [warning(`${folder} has no backup yet`, 'the server makes one five seconds after its start')]
  const age = Date.now() - newest.at
  const what = `${newest.path} is ${Math.round(age / hour)} hours old`
  return [
    age > 2 * every * 1000
      ? problem(`${what}, and BACKUP_EVERY is ${every / 3600} hours`, 'see the warnings in the log of the server')
      : ok(what),
  ]
}
