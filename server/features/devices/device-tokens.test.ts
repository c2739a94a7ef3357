import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { createEventBus, type EventBus } from '../../services/domain-events.ts'
import type { Store } from '../../storage/store.ts'
import { aDevice, aUser } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import { createDeviceStore, deviceRecords, type DeviceStore } from './device-records.ts'
import { createDeviceTokens, deviceSecrets, type DeviceTokens } from './device-tokens.ts'
import type { Revocation } from '../../auth/sessions.ts'

const test = suite<{
  users: Store['users']
  devices: DeviceStore
  tokens: DeviceTokens
  events: EventBus
  close: () => Promise<void>
}>('device tokens')

const bob = aUser({ name: 'Bob', role: 'vendor' })

test.before(async (context) => {
  const { store, close } = await emptyStore([deviceRecords])
  const events = createEventBus({ error: (_details, text) => assert.unreachable(text) })
  const devices = createDeviceStore(store)
  const tokens = createDeviceTokens({ devices, users: store.users, events, clock: systemClock })
  await store.users.create(bob)
  Object.assign(context, { users: store.users, devices, tokens, events, close })
})
test.after(({ close }) => close())

async function refuses(tokens: DeviceTokens, token: string) {
  const reason = await tokens.identify(token).then(
    () => assert.unreachable(`accepted: ${token}`),
    (error: unknown) => error,
  )
  assert.ok(reason instanceof DomainError && reason.code === 'unauthenticated', `${token}: ${String(reason)}`)
}

test('a device token is short and identifies the vendor of its device', async ({ devices, tokens }) => {
  const { device, token } = await tokens.issue(bob, 'Van 7')
  assert.match(token, /^dev_[0-9a-f]{20}\.[A-Za-z0-9_-]{43}$/)
  assert.ok(deviceSecrets.matches(token))
  assert.not('secretHash' in device)
  assert.equal(await tokens.identify(token), {
    id: bob.id,
    name: 'Bob',
    role: 'vendor',
    sessionId: null,
    deviceId: device.id,
    scope: null,
    expiresAt: Infinity,
  })
  assert.not.match(JSON.stringify(await devices.byId(device.id)), token.slice(-43))
})

test('every token but the issued one is refused', async ({ devices, tokens }) => {
  const { device, token } = await tokens.issue(bob, 'Van 7')
  const other = await tokens.issue(bob, 'Van 8')
  const hash = (await devices.byId(device.id))?.secretHash ?? ''
  const wrong = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
  for (const bad of [
    wrong,
    token.slice(0, -1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
    `dev_${device.id}`,
    `dev_${device.id}.`,
    `dev_${device.id}.${hash}`,
    `dev_${device.id}.${other.token.slice(-43)}`,
    `dev_nothing.${token.slice(-43)}`,
    'dev_',
    'dev_.',
    '',
  ]) {
    await refuses(tokens, bad)
  }
  // A record with an empty hash matches no token.
  const corrupt = aDevice({ id: 'corrupt', vendorId: bob.id, secretHash: '' })
  await devices.create(corrupt)
  await refuses(tokens, `dev_corrupt.${token.slice(-43)}`)
})

test('arbitrary text as a token is refused as unauthenticated', async ({ tokens }) => {
  const { device } = await tokens.issue(bob, 'Van 7')
  const text = fc.string({ unit: 'binary', maxLength: 200 })
  const garbage = fc.oneof(
    text,
    text.map((rest) => `dev_${rest}`),
    text.map((rest) => `dev_${device.id}.${rest}`),
    fc
      .string({ unit: fc.constantFrom('a', 'B', '7', '.', '_', '-'), minLength: 43, maxLength: 43 })
      .map((s) => `dev_${device.id}.${s}`),
    fc.constant(`dev_${'x'.repeat(100_000)}`),
  )
  await fc.assert(
    fc.asyncProperty(garbage, (token) => refuses(tokens, token)),
    { numRuns: 500 },
  )
})

test('a token is valid while its device exists and its vendor is active', async ({ users, tokens }) => {
  const eve = aUser({ role: 'vendor' })
  await users.create(eve)
  const { device, token } = await tokens.issue(eve, 'Van 9')
  await users.change(eve.id, { active: false })
  await refuses(tokens, token)
  await users.change(eve.id, { active: true, name: 'Eve' })
  assert.is((await tokens.identify(token)).name, 'Eve')
  await tokens.revoke(device.id)
  await refuses(tokens, token)

  const customer = aUser({ role: 'customer' })
  await users.create(customer)
  await refuses(tokens, (await tokens.issue(customer, 'Phone')).token)
  await refuses(tokens, (await tokens.issue({ id: 'unknown' }, 'Phone')).token)
})

test('revoking a token emits access.revoked after the device is deleted', async ({ devices, tokens, events }) => {
  const { device } = await tokens.issue(bob, 'Van 7')
  const emitted: [Revocation, Promise<unknown>][] = []
  events.on('access.revoked', (ended) => emitted.push([ended, devices.byId(device.id)]))
  assert.is(await tokens.revoke(device.id), true)
  assert.is(emitted.length, 1)
  const [ended, found] = emitted[0]!
  assert.equal(ended, { deviceId: device.id })
  assert.is(await found, null)
  assert.is(await tokens.revoke(device.id), false)
})

test.run()
