import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DatabaseSync } from '@photostructure/sqlite'
import { systemClock } from '../../lib/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { backUp, checkBackup, restore } from './backup.ts'
import { createSqliteStore } from './index.ts'
import { startChild } from './testing/children.ts'
import { withFile } from './testing/temporary.ts'

const beside = { 'jwt-secret': 'a secret of 32 characters or more' }

async function withBackup(run: (files: { file: string; to: string }) => Promise<void>) {
  await withFile(async (file) => {
    const store = createSqliteStore({ file, clock: systemClock })
    await store.start()
    for (let n = 0; n < 5; n++) await store.orders.create(anOrder())
    await store.stop()
    const to = join(dirname(file), 'backup.db')
    await backUp({ file, to, beside })
    await run({ file, to })
  })
}

const reasonOf = (task: Promise<unknown>) => task.then(() => 'accepted', String)

test('a backup made while another process writes has every order that was acknowledged before', () =>
  withFile(async (file) => {
    const acknowledged: string[] = []
    const writer = startChild('write', file)
    await new Promise<void>((resolve) => {
      writer.lines.on('line', (line) => {
        if (line !== 'started') acknowledged.push(line)
        if (acknowledged.length >= 300) resolve()
      })
    })
    const before = [...acknowledged]
    const to = join(dirname(file), 'backup.db')
    await backUp({ file, to, beside })
    await writer.kill()
    assert.equal(checkBackup(to).beside, beside)

    const restored = join(dirname(file), 'elsewhere', 'callout.db')
    assert.equal((await restore(to, restored)).beside, beside)
    const store = createSqliteStore({ file: restored, clock: systemClock, exclusive: true })
    await store.start()
    const stored = await Promise.all(before.map((id) => store.orders.byId(id)))
    assert.is(stored.filter(Boolean).length, before.length)
    assert.is((await store.orders.list({ scope: { kind: 'all' }, q: before.at(-1), limit: 1 })).length, 1)
    await store.stop()
    assert.not.match(readFileSync(restored, 'latin1'), beside['jwt-secret'])
    assert.is(statSync(to).mode & 0o777, 0o600)
  }))

test('a backup and a restore overwrite nothing', () =>
  withBackup(async ({ file, to }) => {
    assert.match(await reasonOf(backUp({ file, to, beside })), `${to} exists`)
    assert.match(await reasonOf(restore(to, file)), `${file} exists`)
    assert.is(checkBackup(to).orders, 5)
  }))

test('a backup that fails leaves no file', () =>
  withBackup(async ({ to }) => {
    const folder = dirname(to)
    const [damaged, other] = [join(folder, 'damaged.db'), join(folder, 'other.db')]
    writeFileSync(damaged, Buffer.concat([readFileSync(to).subarray(0, 8192), Buffer.alloc(40_000, 7)]))
    assert.is.not(await reasonOf(backUp({ file: damaged, to: other, beside })), 'accepted')
    assert.match(await reasonOf(backUp({ file: join(folder, 'none.db'), to: other, beside })), 'does not exist')
    for (const suffix of ['', '.partial', '.partial-journal']) assert.not(existsSync(other + suffix))
  }))

test('what is damaged, newer, empty or no backup is not restored', () =>
  withBackup(async ({ file, to }) => {
    const folder = dirname(to)
    const target = join(folder, 'new', 'callout.db')
    let copies = 0
    const copyOf = (change: (path: string) => void) => {
      const path = join(folder, `copy-${++copies}.db`)
      writeFileSync(path, readFileSync(to))
      change(path)
      return path
    }
    const run = (sql: string) => (path: string) => {
      const database = new DatabaseSync(path)
      database.exec(sql)
      database.close()
    }
    for (const [path, reason] of [
      [file, /no backup of this program/],
      [join(folder, 'none.db'), /does not exist/],
      [copyOf((copy) => truncateSync(copy, 0)), /empty/],
      [copyOf(run('PRAGMA user_version = 999')), /newer version/],
      [copyOf((copy) => writeFileSync(copy, 'text '.repeat(1000))), /damaged/],
      [copyOf((copy) => truncateSync(copy, statSync(copy).size - 8192)), /damaged/],
    ] as const) {
      assert.match(await reasonOf(restore(path, target)), reason)
      assert.not(existsSync(target))
    }
  }))

test.run()
