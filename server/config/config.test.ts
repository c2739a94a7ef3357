import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ConfigError, environment, readConfig } from './config.ts'

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const keysOf = (problems: readonly string[]) => problems.map((problem) => problem.split(':', 1)[0])

test('.env.example contains every key of the schema in the same order, and equals an empty environment', () => {
  const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n')
  const pairs = lines
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line): [string, string] => {
      const [key = '', value = ''] = line.split('=', 2)
      return [key, value]
    })
  assert.equal(
    pairs.map(([key]) => key),
    Object.keys(environment.shape),
  )
  assert.equal(readConfig(Object.fromEntries(pairs)), readConfig({}))
})

test('an empty environment is a complete configuration for one machine', () => {
  const { port, host, mqttPort, accessTokenTtl, rateLimits, demo, jwtSecret } = readConfig({})
  assert.equal(
    [port, host, mqttPort, accessTokenTtl, rateLimits, demo, jwtSecret],
    [3000, '127.0.0.1', 1883, 900, true, true, null],
  )
})

test('one error names every invalid key', () => {
  const invalid = {
    PORT: '70000',
    MQTT_PORT: 'x',
    ACCESS_TOKEN_TTL: '15',
    LOG_LEVEL: 'loud',
    ALLOWED_ORIGINS: 'ftp://x',
    ADMIN_EMAIL: 'me',
    TRUST_PROXY: 'banana',
  }
  assert.equal(keysOf(problemsOf(invalid)).sort(), Object.keys(invalid).sort())
})

test('REQUIRE_VERIFIED_EMAIL without a mail server is refused', () => {
  const mail = { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://shop.test' }
  assert.match(
    String(problemsOf({ REQUIRE_VERIFIED_EMAIL: 'true' })),
    /^SMTP_URL: Required with REQUIRE_VERIFIED_EMAIL/,
  )
  assert.is(readConfig({ REQUIRE_VERIFIED_EMAIL: 'true', ...mail }).requireVerifiedEmail, true)
  assert.is(readConfig({ REQUIRE_VERIFIED_EMAIL: 'false' }).requireVerifiedEmail, false)
})

test('the limits of orders and sign-ins are settings', () => {
  assert.is(readConfig({}).httpLimits.ORDERS_PER_CUSTOMER, 120)
  assert.is(readConfig({ ORDERS_PER_CUSTOMER: '9000' }).httpLimits.ORDERS_PER_CUSTOMER, 9000)
  const invalid = { ORDERS_PER_CUSTOMER: '0', FAILED_SIGN_INS_PER_ACCOUNT: 'many', SIGN_INS_PER_ADDRESS: '1.5' }
  assert.equal(keysOf(problemsOf(invalid)).sort(), Object.keys(invalid).sort())
})

test('the limits of MQTT are settings, and MQTT_PROXY_PROTOCOL is a list of addresses', () => {
  assert.is(readConfig({}).mqttLimits.MQTT_CONNECTIONS_PER_ADDRESS, 500)
  assert.is(readConfig({ MQTT_CONNECTIONS_PER_ADDRESS: '9000' }).mqttLimits.MQTT_CONNECTIONS_PER_ADDRESS, 9000)
  for (const MQTT_PROXY_PROTOCOL of ['127.0.0.1', '10.0.0.0/8, ::1', 'loopback'])
    assert.is(readConfig({ MQTT_PROXY_PROTOCOL }).mqttProxyProtocol, MQTT_PROXY_PROTOCOL)
  const invalid = { MQTT_CONNECTIONS: '0', MQTT_CONNECTS_PER_ACCOUNT: 'many', MQTT_PROXY_PROTOCOL: 'true' }
  assert.equal(keysOf(problemsOf(invalid)), Object.keys(invalid))
})

test('MQTT over TLS takes a port and a certificate with its key, and each missing or unusable one is named', () => {
  assert.is(readConfig({}).mqttTls, null)
  assert.equal(keysOf(problemsOf({ MQTT_TLS_PORT: '8883' })), ['MQTT_TLS_CERT', 'MQTT_TLS_KEY'])
  const settings = { MQTT_TLS_PORT: '8883', MQTT_TLS_CERT: 'nowhere.pem', MQTT_TLS_KEY: 'nowhere.pem' }
  assert.equal(keysOf(problemsOf(settings)), ['MQTT_TLS_CERT'])
  assert.equal(keysOf(problemsOf({ ...settings, MQTT_TLS_CERT: 'package.json' })), ['MQTT_TLS_KEY'])
  const unusable = { ...settings, MQTT_TLS_CERT: 'package.json', MQTT_TLS_KEY: 'package.json' }
  assert.equal(keysOf(problemsOf(unusable)), ['MQTT_TLS_CERT'])
})

test('a non-loopback HOST requires JWT_SECRET and rate limits, and by default creates no demo accounts', () => {
  const secret = { JWT_SECRET: 'x'.repeat(32) }
  assert.equal(keysOf(problemsOf({ HOST: '0.0.0.0' })), ['JWT_SECRET'])
  assert.equal(keysOf(problemsOf({ HOST: '0.0.0.0', RATE_LIMITS: 'off', ...secret })), ['RATE_LIMITS'])
  assert.is(readConfig({ HOST: '0.0.0.0', ...secret }).demo, false)
  assert.is(readConfig({ HOST: '0.0.0.0', DEMO: 'true', ...secret }).demo, true)
  assert.is(readConfig({ DEMO: 'false' }).demo, false)
  assert.equal(keysOf(problemsOf({ HOST: '127.999.1.1' })), ['JWT_SECRET'])
  for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) assert.is(readConfig({ HOST }).demo, true)
})

test('MONGO_URI may name several hosts, requires JWT_SECRET, and by default creates no demo accounts', () => {
  const secret = { JWT_SECRET: 'x'.repeat(32) }
  assert.is(readConfig({}).mongoUri, null)
  for (const MONGO_URI of ['mongodb://x/y', 'mongodb://u:p@a:1,b:2/y?replicaSet=rs0', 'mongodb+srv://u:p@x']) {
    const config = readConfig({ MONGO_URI, ...secret })
    assert.equal([config.mongoUri, config.demo], [MONGO_URI, false])
    assert.is(readConfig({ MONGO_URI, DEMO: 'true', ...secret }).demo, true)
    assert.equal(keysOf(problemsOf({ MONGO_URI })), ['JWT_SECRET'])
  }
  for (const MONGO_URI of ['postgres://x/y', 'mongodb://', 'x:27017/y'])
    assert.equal(keysOf(problemsOf({ MONGO_URI, ...secret })), ['MONGO_URI'])
})

test('REDIS_URL requires MONGO_URI', () => {
  const env = { REDIS_URL: 'redis://x', JWT_SECRET: 'x'.repeat(32) }
  assert.equal(keysOf(problemsOf(env)), ['REDIS_URL'])
  assert.is(readConfig({ ...env, MONGO_URI: 'mongodb://x/y' }).redisUrl, 'redis://x')
  assert.is(readConfig({}).redisUrl, null)
})

const bridgeConfigOf = (env: Record<string, string>) => readConfig({ MQTT_BROKER_URL: 'mqtt://broker', ...env }).bridge

test('the bridge configuration contains the parts of the URL, its credentials and the devices; credentials of their own keys take precedence', () => {
  assert.is(readConfig({ MQTT_BROKER_PREFIX: 'callout/', MQTT_BROKER_DEVICES: 'van=d1' }).bridge, null)
  const full = bridgeConfigOf({
    MQTT_BROKER_URL: 'wss://me:p%40ss%3Aword@broker.example:9001/mqtt?x=1',
    MQTT_BROKER_PREFIX: '/callout/',
    MQTT_BROKER_DEVICES: ' van-7=3f5a , Führerhaus=77_c-1,',
  })
  const { protocol, hostname, port, path, username, password, prefix, devices } = full!
  assert.equal([protocol, hostname, port, path], ['wss', 'broker.example', 9001, '/mqtt?x=1'])
  assert.equal([username, password, prefix], ['me', 'p@ss:word', '/callout/'])
  assert.equal(
    [...devices],
    [
      ['van-7', '3f5a'],
      ['Führerhaus', '77_c-1'],
    ],
  )
  const credentials = { MQTT_BROKER_USERNAME: 'callout', MQTT_BROKER_PASSWORD: 'se%cret' }
  const overridden = bridgeConfigOf({ MQTT_BROKER_URL: 'mqtt://me:other@broker', ...credentials })
  assert.equal([overridden?.username, overridden?.password, overridden?.port], ['callout', 'se%cret', null])
})

test('an invalid bridge configuration names the key, and no message contains the password', () => {
  const invalid: [Record<string, string>, string[]][] = [
    [{ MQTT_BROKER_URL: 'amqp://me:hush@x' }, ['MQTT_BROKER_URL']],
    [{ MQTT_BROKER_URL: 'mqtt:///x' }, ['MQTT_BROKER_URL']],
    [{ MQTT_BROKER_URL: 'mqtt://me:hush%zz@x' }, ['MQTT_BROKER_URL']],
    [{ MQTT_BROKER_URL: 'mqtt://:hush@x' }, ['MQTT_BROKER_URL']],
    [{ MQTT_BROKER_PASSWORD: 'hush' }, ['MQTT_BROKER_PASSWORD']],
    [{ MQTT_BROKER_URL: 'mqtts://x', MQTT_BROKER_CA: '/nowhere.pem' }, ['MQTT_BROKER_CA']],
    [{ MQTT_BROKER_URL: 'mqtts://x', MQTT_BROKER_CA: 'package.json' }, ['MQTT_BROKER_CA']],
  ]
  for (const prefix of ['callout', 'a/+/', '#', '$SYS/', 'a#/', '\u0000/', `${'x'.repeat(128)}/`]) {
    invalid.push([{ MQTT_BROKER_PREFIX: prefix }, ['MQTT_BROKER_PREFIX']])
  }
  for (const map of [
    'van',
    'van=',
    '=d',
    'a/b=d',
    'a+=d',
    '#=d',
    '$a=d',
    'a b=d',
    'a=b=c',
    'a=d,a=e',
    'a=d,b=d',
    'a=d/e',
  ]) {
    invalid.push([{ MQTT_BROKER_DEVICES: map }, ['MQTT_BROKER_DEVICES']])
  }
  for (const [env, keys] of invalid) {
    const problems = problemsOf({ MQTT_BROKER_URL: 'mqtt://x', ...env })
    assert.equal(keysOf(problems), keys, JSON.stringify(env))
    assert.not.match(problems.join(), 'hush')
  }
})

test('parses durations, lists of origins and the number of proxies', () => {
  const config = readConfig({
    ACCESS_TOKEN_TTL: '2h',
    ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080/',
    TRUST_PROXY: '1',
  })
  assert.equal([config.accessTokenTtl, config.trustProxy], [7200, 1])
  assert.equal(config.allowedOrigins, ['https://a.example', 'http://b.example:8080'])
})

test('backups are of the embedded database only, and orders stay for a day or longer', () => {
  const { backups, retention } = readConfig({ BACKUP_EVERY: '6h', KEEP_ORDERS: '730d', DATA_DIR: '/srv/callout' })
  assert.equal(backups, { every: 6 * 3600, keep: 7, folder: '/srv/callout/backups' })
  assert.equal(retention, { keepOrders: 730 * 86_400, archive: '/srv/callout/archive' })
  const deleting = readConfig({ KEEP_ORDERS: '1d', ARCHIVE_ORDERS: 'false' })
  assert.equal([deleting.backups, deleting.retention], [null, { keepOrders: 86_400, archive: null }])
  assert.throws(() => readConfig({ KEEP_ORDERS: '23h' }), /KEEP_ORDERS: At least 1d/)
  const mongo = { MONGO_URI: 'mongodb://localhost/callout', JWT_SECRET: 'x'.repeat(32) }
  assert.throws(() => readConfig({ ...mongo, BACKUP_EVERY: '1d' }), /BACKUP_EVERY: .*mongodump/)
})

test.run()
