import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readEvery } from '../../net/certificate.ts'
import { startApp, type TestApp } from '../../testing/app.ts'
import { selfSigned } from '../../testing/certificates.ts'
import { StillClock } from '../../testing/clock.ts'
import { Probe } from '../../testing/probe.ts'

const test = suite<{ app: TestApp; clock: StillClock; url: string }>('MQTT over TLS')

const folder = mkdtempSync(join(tmpdir(), 'callout-tls-'))
const files = { MQTT_TLS_CERT: join(folder, 'cert.pem'), MQTT_TLS_KEY: join(folder, 'key.pem') }
function install(cert: string, key: string) {
  writeFileSync(files.MQTT_TLS_CERT, cert)
  writeFileSync(files.MQTT_TLS_KEY, key)
}

test.before(async (context) => {
  install(selfSigned[0].cert, selfSigned[0].key)
  context.clock = new StillClock()
  context.app = await startApp({ env: { MQTT_TLS_PORT: '0', ...files }, clock: context.clock })
  context.url = context.app.mqtts ?? ''
})
test.after(async ({ app }) => {
  await app.stop()
  rmSync(folder, { recursive: true })
})

const portOf = (url: string) => Number(new URL(url).port)

/** Connects, and resolves to whether the certificate was trusted. */
const open = (url: string, ca: string) =>
  Probe.connect(url, { username: 'van', password: 'none', ca, rejectUnauthorized: true }).then(
    () => 'connected',
    (error: Error) => error.message,
  )

test('a device connects over TLS with its token, and its publications are taken', async ({ app, url }) => {
  assert.match(url, /^mqtts:\/\/127\.0\.0\.1:\d+$/)
  const vendor = await app.vendor()
  const { login } = await vendor.device()
  const probe = await Probe.connect(url, { ...login, ca: selfSigned[0].cert })
  await probe.subscribe(`users/${vendor.id}/replies`)
  await probe.publish('vendor/status', 'break')
  const vendors = (await app.admin.get('/api/vendors')).body.vendors
  assert.is(vendors.find(({ id }: { id: string }) => id === vendor.id).status, 'break')
  await probe.end()
})

test('a wrong token is refused as without TLS', async ({ url }) => {
  assert.match(await open(url, selfSigned[0].cert), /Bad username or password|Not authorized/i)
})

test('TLS 1.1 and plain MQTT are refused', async ({ url }) => {
  const old = await new Promise<Error>((resolve) => {
    const socket = connect({ port: portOf(url), host: '127.0.0.1', maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })
    socket.once('error', resolve)
  })
  assert.match(old.message, /protocol|alert|reset|version/i)
  const plain = await Probe.connect(url.replace('mqtts', 'mqtt'), { username: 'x', password: 'y' }).catch(
    (error: unknown) => error,
  )
  assert.instance(plain, Error)
})

test('a renewed certificate is used for new connections, and open ones stay', async ({ app, clock, url }) => {
  const vendor = await app.vendor()
  const { login } = await vendor.device()
  const before = await Probe.connect(url, { ...login, ca: selfSigned[0].cert })

  // As while certbot writes: the new certificate with the old key cannot be used.
  install(selfSigned[1].cert, selfSigned[0].key)
  clock.advance(readEvery)
  await clock.waitedFor(readEvery)
  assert.match(await open(url, selfSigned[0].cert), /Bad username|Not authorized/i)

  install(selfSigned[1].cert, selfSigned[1].key)
  for (;;) {
    // In the loop, because the files may still be being read from the last time, and no timer is set meanwhile.
    clock.advance(readEvery)
    const answer = await open(url, selfSigned[1].cert)
    if (!/self.signed|verify/i.test(answer)) break
  }
  assert.match(await open(url, selfSigned[0].cert), /self.signed|verify/i)
  assert.ok(before.client.connected)
  await before.publish('vendor/status', 'online')
  await before.end()
})

test.run()
