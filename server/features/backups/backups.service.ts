import { isoTime, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Core } from '../feature.ts'
import type { Store } from '../../storage/store.ts'
import { backupPath, deleteOldBackups, deletePartialBackups, listBackups } from './backup-files.ts'

export interface BackupsDependencies {
  backUp: NonNullable<Store['backUp']>
  backUpBeside: Core['backUpBeside']
  settings: { every: number; keep: number; folder: string }
  clock: Clock
  log: Pick<Log, 'info' | 'warn'>
}

/** After a failure the next attempt follows in this time, in ms, or in that of the setting if it is shorter. */
const retryAfter = 10 * 60_000

/** A start does not wait for the first backup, and is not slowed down by it, in ms. */
const firstAfter = 5_000

/** Makes backups at regular times, counted from the newest one that exists. */
export function createBackups(dependencies: BackupsDependencies) {
  const { backUp, backUpBeside, settings, clock, log } = dependencies
  const { every, keep, folder } = settings
  let cancel = () => {}
  let running = Promise.resolve()
  let stopped = false
  let failure: { since: string; reason: string } | null = null

  async function run(): Promise<void> {
    const startedAt = clock.monotonic()
    const path = backupPath(folder, clock.now())
    try {
      await backUp(path)
      await backUpBeside({ folder, oldest: listBackups(folder).slice(-keep)[0]?.at ?? 0 })
      deleteOldBackups(folder, keep)
      failure = null
      log.info({ path, ms: Math.round(clock.monotonic() - startedAt) }, 'backup made')
      schedule(every * 1000)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      failure = { since: failure?.since ?? isoTime(clock.now()), reason }
      log.warn({ path, reason }, 'the backup failed; it is tried again')
      schedule(Math.min(every * 1000, retryAfter))
    }
  }

  function schedule(after: number) {
    if (!stopped) cancel = clock.after(after, () => void (running = run()))
  }

  return {
    start(): void {
      deletePartialBackups(folder)
      const newest = listBackups(folder).at(-1)
      schedule(newest ? Math.max(firstAfter, newest.at + every * 1000 - clock.now()) : firstAfter)
    },

    /** Waits for a backup that is being made. */
    async stop(): Promise<void> {
      stopped = true
      cancel()
      await running
    },

    /** Since when backups fail; empty when they do not. */
    health: () => (failure ? { backup: { status: 'failing', since: failure.since } } : {}),
  }
}
