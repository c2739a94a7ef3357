import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../../lib/clock.ts'
import { gaugeOf, type Metric } from '../../lib/metrics.ts'

/** The size of the database's files, and the age of its newest backup in `backups` beside it. */
export function fileMetrics(file: string, clock: Pick<Clock, 'now'>): readonly Metric[] {
  const sizeOf = (path: string) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    )
  return [
    gaugeOf(
      {
        name: 'callout_database_bytes',
        help: 'Size of the embedded database: its file, its write-ahead log.',
        label: 'file',
      },
      async () =>
        new Map([
          ['database', await sizeOf(file)],
          ['wal', await sizeOf(`${file}-wal`)],
        ]),
    ),
    gaugeOf(
      { name: 'callout_backup_age_seconds', help: 'Age of the newest file in DATA_DIR/backups; absent without any.' },
      async () => {
        const newest = await newestIn(join(dirname(file), 'backups'))
        return newest === null ? null : (clock.now() - newest) / 1000
      },
    ),
  ]
}

/** When the newest complete backup was written, in ms since the epoch. A backup in progress is `….partial` (backup.ts). */
async function newestIn(folder: string): Promise<number | null> {
  const names = await readdir(folder).catch(() => [])
  const times: number[] = []
  for (const name of names) {
    if (name.includes('.partial')) continue
    const found = await stat(join(folder, name)).catch(() => null)
    if (found?.isFile()) times.push(found.mtimeMs)
  }
  return times.length > 0 ? Math.max(...times) : null
}
