import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkBackup } from '../../storage/sqlite/backup.ts'
import { createSqliteStore } from '../../storage/sqlite/index.ts'
import { withFile } from '../../storage/sqlite/testing/temporary.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { createBackups } from './backups.service.ts'

const hour = 3_600_000

/** Backups every hour of a store with one order; `next` resolves to the next line of the log. */
const withBackups = (
  run: (context: {
    clock: StillClock
    folder: string
    open(): ReturnType<typeof createBackups>
    next(): Promise<string>
    files(): string[]
  }) => Promise<void>,
) =>
  withFile(async (file) => {
    const clock = new StillClock()
    const folder = join(dirname(file), 'backups')
    const store = createSqliteStore({ file, clock })
    await store.start()
    await store.orders.create(anOrder())
    let line = (_text: string) => {}
    const write = (_details: object, text: string) => line(text)
    const opened: ReturnType<typeof createBackups>[] = []
    await run({
      clock,
      folder,
      open() {
        const backups = createBackups({
          backUp: store.backUp!,
          backUpBeside: async () => {},
          settings: { every: 3600, keep: 2, folder },
          clock,
          log: { info: write, warn: write } as never,
        })
        opened.push(backups)
        backups.start()
        return backups
      },
      next: () => new Promise((resolve) => (line = resolve)),
      files: () => (existsSync(folder) ? readdirSync(folder).toSorted() : []),
    })
    for (const backups of opened) await backups.stop()
    await store.stop()
  })

test('the server makes checked backups at regular times, also across restarts, and keeps the newest', () =>
  withBackups(async ({ clock, folder, open, next, files }) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'callout-2026-03-01T08-00-00Z.db.partial'), 'what a killed process left')
    writeFileSync(join(folder, 'mine.db'), '')
    const first = open()
    assert.equal(files(), ['mine.db'])
    const pass = async (ms: number) => {
      const made = next()
      clock.advance(ms)
      assert.is(await made, 'backup made')
    }
    await pass(5_000)
    assert.equal(files(), ['callout-2026-03-02T08-00-05Z.db', 'mine.db'])
    assert.is(checkBackup(join(folder, 'callout-2026-03-02T08-00-05Z.db')).orders, 1)
    await first.stop()
    clock.advance(hour / 2)

    open()
    clock.advance(hour / 2 - 1)
    assert.is(files().length, 2)
    await pass(1)
    await pass(hour)
    assert.equal(files(), ['callout-2026-03-02T09-00-05Z.db', 'callout-2026-03-02T10-00-05Z.db', 'mine.db'])
  }))

test('a failing backup is logged, shown by the health check and repeated sooner', () =>
  withBackups(async ({ clock, folder, open, next, files }) => {
    mkdirSync(dirname(folder), { recursive: true })
    const backups = open()
    writeFileSync(folder, 'a file in the place of the folder')
    let line = next()
    clock.advance(5_000)
    assert.is(await line, 'the backup failed; it is tried again')
    assert.equal(backups.health(), { backup: { status: 'failing', since: '2026-03-02T08:00:05.000Z' } })
    rmSync(folder)
    line = next()
    clock.advance(10 * 60_000)
    assert.is(await line, 'backup made')
    assert.equal(backups.health(), {})
    assert.equal(files(), ['callout-2026-03-02T08-10-05Z.db'])
  }))

test.run()
