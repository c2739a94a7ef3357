import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkBackup } from '../storage/sqlite/backup.ts'
import { applicationId, migrations } from '../storage/sqlite/schema.ts'
import { anOrder } from '../testing/records.ts'
import { sourceProgram } from '../testing/source-program.ts'
import { percentile } from './lib/numbers.ts'
import { orderPlacer } from './lib/orders.ts'
import { figures } from './lib/report.ts'
import { dataFolder, startServer } from './lib/server.ts'
import { steadily } from './lib/waiting.ts'

const test = suite('backups and migrations')

const ordersPerSecond = 200
const seconds = 8
/** How often a backup and a migration are killed; a longer run: KILLS=40. */
const kills = Number(process.env.KILLS ?? 8)

/** Runs a source file as a process; `dir`: its DATA_DIR. */
function command(file: string, args: string[], dir: string) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [...sourceProgram(file), ...args], {
    env: { PATH, DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.resume()
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { child, ended }
}

const idsIn = (file: string): Set<string> => {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows: { id: string }[] = database.prepare('SELECT id FROM orders').all()
  database.close()
  return new Set(rows.map(({ id }) => id))
}

/** Kills a command after a share of the time that it takes. */
async function killedAfter({ child, ended }: ReturnType<typeof command>, ms: number) {
  await Promise.race([sleep(ms), ended])
  child.kill('SIGKILL')
  await ended
}

test('a backup under 200 orders a second has every order acknowledged before it began; a killed one leaves no file', async () => {
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir, { BACKUP_EVERY: '2s', BACKUP_KEEP: '2' })
  const orders = orderPlacer(server.app, await server.demo('customer@example.com'), await server.service(), 32)
  const acknowledged: string[] = []
  const times: { during: boolean; ms: number }[] = []
  const to = join(dir, '..', `${dir.split('/').at(-1)}-backup.db`)
  let before: string[] = []
  let backup: Promise<number | null> | undefined
  let during = false
  const requests: Promise<void>[] = []
  await steadily(ordersPerSecond, seconds, (n) => {
    if (n === (ordersPerSecond * seconds) / 2) {
      before = [...acknowledged]
      during = true
      backup = command('scripts/backup.ts', [to], dir).ended.finally(() => (during = false))
    }
    const startedAt = performance.now()
    const wasDuring = during
    const request = orders.place().then((id) => {
      acknowledged.push(id)
      times.push({ during: wasDuring, ms: performance.now() - startedAt })
    })
    requests.push(request)
  })
  await Promise.all(requests)
  assert.is(await backup, 0)
  orders.end()
  await server.end()
  assert.is(acknowledged.length, ordersPerSecond * seconds)

  const elsewhere = join(dir, 'elsewhere')
  assert.is(await command('scripts/restore.ts', [to], elsewhere).ended, 0)
  const restored = idsIn(join(elsewhere, 'callout.db'))
  const lost = before.filter((id) => !restored.has(id))
  const again = await startServer(elsewhere)
  const read = await again.admin.get<{ orders: unknown[] }>('/api/orders')
  assert.is(read.body.orders.length, 50)
  await again.end()

  const own = readdirSync(join(dir, 'backups')).filter((name) => name.endsWith('.db'))
  for (const name of own) assert.ok(checkBackup(join(dir, 'backups', name)).orders > 0)
  const inTime = times.filter((time) => time.during).map(({ ms }) => ms)
  const outside = times.filter((time) => !time.during).map(({ ms }) => ms)
  figures('backup', {
    'orders acknowledged before': before.length,
    'of them lost': lost.length,
    'backups of the server kept': own.length,
    'p99 ms of an order before and after': percentile(outside, 0.99),
    'p99 ms during': percentile(inTime, 0.99),
  })
  assert.equal([lost, own.length], [[], 2])

  const whole = performance.now()
  rmSync(to)
  await command('scripts/backup.ts', [to], dir).ended
  const duration = performance.now() - whole
  let complete = 0
  for (let n = 1; n <= kills; n++) {
    rmSync(to, { force: true })
    await killedAfter(command('scripts/backup.ts', [to], dir), (duration * n) / kills)
    if (existsSync(to)) complete += checkBackup(to).orders > 0 ? 1 : 0
  }
  figures('killed backups', { killed: kills, 'of them complete': complete })
  rmSync(to, { force: true })
  assert.is(await command('scripts/backup.ts', [to], dir).ended, 0, 'a killed one does not hinder the next')
  for (const suffix of ['', '.partial']) rmSync(to + suffix, { force: true })
  await remove()
})

/** A file of the third schema: the fourth migration rewrites every order. */
function writeOldFile(file: string, count: number): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; BEGIN')
  for (const migration of migrations.slice(0, 3)) database.exec(migration)
  const insert = database.prepare(
    `INSERT INTO orders (id, number, status, version, customer_id, created_at, changed_at, unpublished, words, offer_words, doc)
     VALUES (?, ?, 'pending', 1, 'ana', ?, ?, 0, ' boiler', ' boiler', ?)`,
  )
  for (let n = 0; n < count; n++) {
    const order = anOrder({ notes: 'x'.repeat(1000) })
    insert.run(order.id, order.number, order.createdAt, n, JSON.stringify(order))
  }
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 3; COMMIT`)
  database.close()
}

test('a migration that is killed at any moment loses nothing and is completed by the next start', async () => {
  const { dir, remove } = await dataFolder()
  const original = join(dir, 'original.db')
  writeOldFile(original, 20_000)
  const expected = idsIn(original).size
  const folderOf = (n: number) => join(dir, String(n))
  const prepared = (n: number) => {
    mkdirSync(folderOf(n))
    const file = join(folderOf(n), 'callout.db')
    cpSync(original, file)
    return file
  }
  const open = (file: string) => {
    const opened = command('server/storage/sqlite/testing/child.ts', ['hold', file], dir)
    const started = once(opened.child.stdout, 'data')
    return { ...opened, started }
  }
  const versionOf = (file: string): number => {
    const database = new DatabaseSync(file, { readOnly: true })
    const version: number = database.prepare('PRAGMA user_version').get().user_version
    database.close()
    return version
  }

  const startedAt = performance.now()
  const whole = open(prepared(0))
  await whole.started
  const duration = performance.now() - startedAt
  whole.child.kill('SIGKILL')
  await whole.ended
  const [before, after, copies] = [[] as number[], [] as number[], [] as number[]]
  for (let n = 1; n <= kills; n++) {
    const file = prepared(n)
    // The process itself takes the first third.
    await killedAfter(open(file), duration * (0.3 + (0.7 * n) / kills))
    const version = versionOf(file)
    ;(version === 3 ? before : after).push(n)
    assert.ok(version === 3 || version === migrations.length)
    assert.is(idsIn(file).size, expected)
    const copy = join(folderOf(n), 'backups', `before-schema-${migrations.length}.db`)
    if (existsSync(copy)) copies.push(checkBackup(copy).orders)
    const second = open(file)
    await second.started
    second.child.kill('SIGKILL')
    await second.ended
    assert.equal([versionOf(file), idsIn(file).size], [migrations.length, expected])
    assert.is(checkBackup(copy).orders, expected)
    rmSync(folderOf(n), { recursive: true })
  }
  figures('killed migrations', { killed: kills, 'before the commit': before.length, 'after it': after.length })
  assert.ok(copies.every((count) => count === expected))
  assert.ok(before.length > 0, 'some were killed before the end')
  await remove()
})

test.run()
