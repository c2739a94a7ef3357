import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type TestApp } from '../../server/testing/app.ts'
import { selfSigned } from '../../server/testing/certificates.ts'
import { sourceProgram } from '../../server/testing/source-program.ts'
import { anOrder } from '../../server/testing/records.ts'
import { DatabaseSync } from '@photostructure/sqlite'
import { doctor } from './doctor.ts'

const test = suite<{ app: TestApp; env: Record<string, string> }>('doctor')
const folder = await mkdtemp(join(tmpdir(), 'callout-doctor-'))
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
writeFileSync(cert, selfSigned[0].cert)
writeFileSync(key, selfSigned[0].key)

const portOf = (url: string) => new URL(url).port

test.before(async (context) => {
  const tls = { MQTT_TLS_PORT: '0', MQTT_TLS_CERT: cert, MQTT_TLS_KEY: key }
  // The doctor reads the embedded database; MongoDB has its own test below.
  context.app = await startApp({ env: { MONGO_URI: '', TRUST_PROXY: '1', DEMO: 'true', ...tls } })
  const { http, mqtt, mqtts = '', dataDir } = context.app
  const ports = { PORT: portOf(http), MQTT_PORT: portOf(mqtt), MQTT_TLS_PORT: portOf(mqtts) }
  context.env = { ...tls, ...ports, DATA_DIR: dataDir, TRUST_PROXY: '1' }
})
test.after(async ({ app }) => {
  await app.stop()
  await rm(folder, { recursive: true })
})

async function run(env: Record<string, string>, args: string[] = []) {
  const lines: string[] = []
  const code = await doctor(args, env, (line) => lines.push(line))
  const levels = (level: string) => lines.filter((line) => line.startsWith(level))
  return { code, text: lines.join('\n'), problems: levels('problem'), warnings: levels('warning') }
}

/** The environment of a server that does not run, with this database. */
async function emptyEnv(name: string, sql?: string) {
  const dataDir = join(folder, name)
  mkdirSync(dataDir, { mode: 0o700 })
  if (sql) {
    const database = new DatabaseSync(join(dataDir, 'callout.db'))
    database.exec(sql)
    database.close()
  }
  return { DATA_DIR: dataDir, PORT: '0', MQTT_PORT: '0' }
}

async function listening(server: Server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test('a healthy server has no problem', async ({ env }) => {
  const { code, text, problems, warnings } = await run(env)
  assert.equal([code, problems], [0, []])
  assert.equal(warnings.length, 1)
  assert.match(warnings.join(), 'BACKUP_EVERY=1d')
  for (const url of [`mqtt://127.0.0.1:${env.MQTT_PORT}`, `ws://127.0.0.1:${env.PORT}/mqtt`])
    assert.match(text, `${url} answers`)
  assert.match(text, `mqtts://127.0.0.1:${env.MQTT_TLS_PORT} answers`)
  assert.match(text, 'more days')
  assert.match(text, 'pictures can be uploaded')
  assert.match(text, `pictures are stored in ${join(env.DATA_DIR ?? '', 'files')}`)
})

test('a bad configuration is named key by key, and wrong arguments get the usage', async () => {
  const { code, text } = await run({ PORT: 'many', RATE_LIMITS: 'perhaps' })
  assert.is(code, 1)
  assert.match(text, 'problem  PORT: ')
  assert.match(text, 'problem  RATE_LIMITS: ')
  assert.match((await run({}, ['--url'])).text, 'Usage')
})

test('a port of another program is found', async () => {
  const other = createServer((_request, response) => response.end('{}'))
  const taken = String(await listening(other))
  const { code, problems } = await run({ ...(await emptyEnv('ports')), PORT: taken, MQTT_PORT: taken })
  assert.is(code, 1)
  assert.match(problems.join(), `port ${taken} is taken by another program\n         → stop it, or set another PORT`)
  assert.match(problems.join(), 'set another MQTT_PORT')
  other.close()
})

test('a folder and secrets that other users may read are found', async () => {
  const env = await emptyEnv('rights')
  writeFileSync(join(env.DATA_DIR, 'jwt-secret'), 'secret', { mode: 0o644 })
  chmodSync(env.DATA_DIR, 0o755)
  const { code, problems } = await run(env)
  assert.is(code, 1)
  assert.match(problems.join(), `${env.DATA_DIR} is open to other users`)
  assert.match(problems.join(), `chmod go= ${join(env.DATA_DIR, 'jwt-secret')}`)
})

test('a damaged, a newer and a foreign database, and one from the future, are found', async ({ app, env }) => {
  const newer = await emptyEnv(
    'newer',
    'PRAGMA application_id = 1128352844; PRAGMA user_version = 99; CREATE TABLE a (b)',
  )
  assert.match((await run(newer)).problems.join(), 'newer version (schema 99')
  const foreign = await emptyEnv('foreign', 'CREATE TABLE diary (day)')
  assert.match((await run(foreign)).problems.join(), 'no database of this program')
  const damaged = await emptyEnv('damaged')
  writeFileSync(join(damaged.DATA_DIR, 'callout.db'), 'text '.repeat(2000))
  assert.match((await run(damaged)).problems.join(), 'not a database')
  const lost = await emptyEnv('lost')
  writeFileSync(join(lost.DATA_DIR, 'callout.db.lock'), '')
  assert.match((await run(lost)).problems.join(), 'is missing, although this folder has been used')

  const { withStoreOf } = await import('../../server/testing/store.ts')
  const future = await emptyEnv('future')
  const createdAt = new Date(Date.now() + 3_600_000).toISOString()
  await withStoreOf(future.DATA_DIR, (store) => store.orders.create(anOrder({ createdAt })))
  assert.match((await run(future)).problems.join(), /the clock is (59|60) minutes behind the newest order/)
  assert.equal((await run({ ...env, DATA_DIR: app.dataDir })).problems, [])
})

test('a backup that is too old is found', async () => {
  const env = await emptyEnv('backups')
  mkdirSync(join(env.DATA_DIR, 'backups'))
  writeFileSync(join(env.DATA_DIR, 'backups', 'callout-2026-03-01T08-00-00Z.db'), '')
  const { problems } = await run({ ...env, BACKUP_EVERY: '6h' })
  assert.match(problems.join(), 'and BACKUP_EVERY is 6 hours')
  assert.match((await run({ ...env, BACKUP_EVERY: '9999d' })).text, /ok +.*callout-2026-03-01T08-00-00Z.db is/)
})

test('a mail server and Redis that do not answer are found', async () => {
  const away = {
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'a@example.com',
    PUBLIC_URL: 'http://127.0.0.1:9',
    MONGO_URI: 'mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=200',
    REDIS_URL: 'redis://127.0.0.1:9',
    JWT_SECRET: 'x'.repeat(32),
  }
  const { problems, warnings } = await run({ ...(await emptyEnv('outside')), ...away })
  assert.match(warnings.join(), 'of this server alone\n         → set FILES_URL')
  const bucket = await run({
    ...(await emptyEnv('bucket')),
    FILES_URL: 's3://key:private@127.0.0.1:9/pictures?tls=false',
  })
  assert.match(bucket.problems.join(), 'pictures cannot be stored: ')
  assert.not.match(bucket.text, 'private')
  assert.match(problems.join(), 'the mail server 127.0.0.1:9 cannot be used')
  assert.match(problems.join(), 'Redis at 127.0.0.1:9 cannot be used')
  assert.match(problems.join(), 'http://127.0.0.1:9 cannot be reached')
  assert.match(problems.join(), 'check MONGO_URI')
})

test('a proxy that does not pass WebSockets, or not the scheme, is found', async ({ env, app }) => {
  const proxy = createServer((incoming, response) => {
    incoming.pipe(
      request(app.http + incoming.url, { method: incoming.method, headers: incoming.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      }),
    )
  })
  const plain = await run(env, ['--url', `http://127.0.0.1:${await listening(proxy)}`])
  assert.equal(plain.problems.length, 1)
  assert.match(plain.problems.join(), 'let the proxy pass WebSockets of /mqtt on')

  const secure = createSecureServer({ cert: selfSigned[0].cert, key: selfSigned[0].key }, (incoming, response) => {
    proxy.emit('request', incoming, response)
  })
  const url = `https://localhost:${await listening(secure)}`
  assert.match((await run(env, ['--url', url])).problems.join(), `${url} cannot be reached: self-signed certificate`)
  // Only a process that starts with the certificate trusts it.
  const child = spawn(process.execPath, [...sourceProgram('scripts/doctor.ts'), '--url', url], {
    env: { PATH: process.env.PATH, ...env, NODE_EXTRA_CA_CERTS: cert },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (data) => (text += data))
  const [code] = await once(child, 'close')
  assert.is(code, 1)
  assert.match(text, 'the server does not know that browsers use https')
  for (const server of [proxy, secure]) {
    server.closeAllConnections()
    server.close()
  }
})

test.run()
