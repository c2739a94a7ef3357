import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bridgeTopics } from '#shared/bridge-topics.ts'
import { contains } from '../../auth/permissions.ts'
import { bridgeKeys, readBridge } from '../../config/bridge-config.ts'
import { z } from '../../lib/zod.ts'

// Only the keys of the bridge: the other settings would take most of the time of 45,000 readings.
const settings = z.object(bridgeKeys)
const parsedConfig = (prefix: string, name: string) => {
  const env = { MQTT_BROKER_URL: 'mqtt://x', MQTT_BROKER_PREFIX: prefix, MQTT_BROKER_DEVICES: `${name}=d` }
  const { success, data } = settings.safeParse(env)
  return success ? readBridge(data) : null
}

// The words of the real topics are frequent, because they make a collision most likely.
const word = fc.oneof(
  fc.constantFrom('orders', 'devices', 'vendor', 'status', 'new', 'update', 'replies', 'location', 'callout'),
  fc.string({ minLength: 1, maxLength: 8 }),
)
const prefixes = fc.array(word, { maxLength: 4 }).map((levels) => levels.map((level) => `${level}/`).join(''))
const id = fc.oneof(word, fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/)).filter((text) => /^[\w-]+$/.test(text))

test('no published topic matches a subscribed one, for any prefix, names and ids', () => {
  let compared = 0
  fc.assert(
    fc.property(prefixes, word, word, id, (prefix, name, other, vendorId) => {
      if (!parsedConfig(prefix, name) || !parsedConfig(prefix, other)) return
      const topics = bridgeTopics(prefix)
      const out = [
        topics.ordersNew,
        topics.ordersUpdate,
        topics.vendorStatus,
        topics.vendorStatusOf(vendorId),
        topics.deviceOrdersNew(name),
        topics.deviceOrdersUpdate(name),
        topics.deviceReplies(name),
      ]
      for (const topic of out) {
        for (const filter of topics.filtersOf(other)) assert.not(contains(filter, topic), `${filter} takes ${topic}`)
        assert.is(topics.read(topic), null, topic)
      }
      compared++
    }),
    { numRuns: 20_000 },
  )
  assert.ok(compared > 5_000, `only ${compared} were compared`)
})

test('a device’s topic is parsed into its name and topic, for any prefix and name', () => {
  fc.assert(
    fc.property(prefixes, word, id, (prefix, name, orderId) => {
      if (!parsedConfig(prefix, name)) return
      const { filtersOf, read } = bridgeTopics(prefix)
      for (const filter of filtersOf(name)) {
        const topic = filter.replaceAll('+', orderId)
        assert.ok(contains(filter, topic))
        const parsed = read(topic)
        assert.equal(parsed, { name, topic: topic.slice(`${prefix}devices/${name}/`.length) })
      }
    }),
    { numRuns: 5_000 },
  )
})

test('other topics are parsed as null', () => {
  const { read } = bridgeTopics('callout/')
  for (const topic of [
    'devices/van/vendor/status',
    'callout/devices//vendor/status',
    'callout/devices/van',
    'callout/devices/van/vendor/status/x',
    'callout/devices/van/orders/a b/status',
    'callout/devices/van/x/orders/1/status',
    'callout/devices/van/orders/new',
  ])
    assert.is(read(topic), null, topic)
})

test.run()
