import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { NewDevice } from '#shared/devices.ts'
import { DevicesModel, mosquittoLines } from './devices.ts'

const issued: NewDevice = {
  device: { id: 'd1', name: 'Van', vendorId: 'v1', createdAt: '2026-03-02T08:00:00.000Z', lastSeenAt: null },
  token: 'dev_d1.secret',
}

const lines = (name: string) =>
  mosquittoLines({ host: 'callout.example', port: 1883, name, token: 'dev_d1.secret', vendorId: 'v1' })

test('the command lines can be copied as they are', () => {
  assert.is(
    lines('Van 7')[0]?.line,
    "mosquitto_pub -h callout.example -p 1883 -u van-7 -P 'dev_d1.secret' -q 1 -t vendor/status -m online",
  )
})

test('a device’s name cannot inject shell syntax', () => {
  for (const name of ['`rm -rf`', "a'; ls #", '山田', '$(x)', '--help']) {
    for (const { line } of lines(name)) assert.match(line, / -u [a-z0-9]+(-[a-z0-9]+)* -P /)
  }
})

test('the token of a new device is shown until the device is revoked', async () => {
  const removed: string[] = []
  const model = new DevicesModel({
    get: async (path, schema) => schema.parse(path === '/mqtt' ? { port: 1884, tlsPort: null } : { devices: [] }),
    post: async (_path, schema) => schema.parse(issued),
    remove: async (path) => void removed.push(path),
  })
  await model.load()
  assert.equal([model.broker.value.port, model.devices.value], [1884, []])
  await model.create({ name: 'Van' })
  assert.equal([model.issued.value, model.devices.value], [issued, [issued.device]])
  await model.revoke('d1')
  assert.equal([removed, model.issued.value, model.devices.value], [['/devices/d1'], null, []])
})

test('a list that could not be read has an error', async () => {
  const refuse = async () => {
    throw new Error('away')
  }
  const model = new DevicesModel({ get: refuse, post: refuse, remove: refuse })
  await model.load()
  assert.ok(model.error.value)
  assert.is(model.devices.value, null)
})

test.run()
