import { pino } from 'pino'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CatalogueEvent } from '#shared/catalogue.ts'
import { createCatalogueService } from '../../services/catalogue.service.ts'
import { createEventBus } from '../../services/domain-events.ts'
import { createRenamesService } from '../../services/renames.service.ts'
import { startApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import type { Message } from '../../testing/probe.ts'
import { emptyStore } from '../../testing/store.ts'
import { createCataloguePublisher } from './catalogue-publisher.ts'

const test = suite('the topic services')

const log = pino({ level: 'silent' })
const kim = { id: 'kim', name: 'Kim', role: 'admin' } as const
const namesIn = ({ services }: CatalogueEvent) => services?.map(({ name, price }) => `${name} ${price}`)
const has = (name: string) => (message: Message) => namesIn(message.payload)?.includes(name) ?? false

test('every signed-in person gets the active catalogue at once, whole at each change, and after a restart', async () => {
  const app = await startApp({ env: { CURRENCY: 'EUR' } })
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const van = await vendor.device()
  const probes = await Promise.all([customer.connect(), app.admin.connect(), vendor.connect('tcp', van.login)])
  for (const probe of probes) assert.is(await probe.subscribe('services'), 1)
  const { body } = await customer.get('/api/services')
  assert.is(body.currency, 'EUR')
  for (const probe of probes) {
    const { payload, retain } = await probe.until(({ topic }) => topic === 'services')
    assert.equal([payload, retain], [body, true])
  }

  const created = await app.admin.post('/api/services', { name: 'Roof', price: 100, durationMinutes: 60 })
  for (const probe of probes) await probe.until(has('Roof 100'))
  await app.admin.patch(`/api/services/${created.body.id}`, { price: 200 })
  for (const probe of probes) await probe.until(has('Roof 200'))
  await app.admin.patch(`/api/services/${created.body.id}`, { active: false })
  for (const probe of probes) {
    await probe.until((message) => probe.messages.indexOf(message) === 3)
    assert.equal(probe.messages[3]?.payload, body, 'a withdrawn service is in it no more')
  }
  await app.admin.patch(`/api/services/${created.body.id}`, { price: 300 })
  await app.admin.post('/api/services', { name: 'Door', price: 300, durationMinutes: 60 })
  for (const probe of probes) {
    await probe.until(has('Door 300'))
    assert.is(probe.messages.length, 5, 'a change of a service that is not offered is not published')
  }
  await Promise.all(probes.map((probe) => probe.end()))
  await app.stop({ keep: true })

  const again = await startApp({ env: { CURRENCY: 'EUR', DATA_DIR: app.dataDir } })
  const later = await again.admin.connect()
  await later.subscribe('services')
  assert.ok((await later.until(has('Door 300'))).retain)
  await later.end()
  await again.stop()
})

/** Two nodes on one store. A publication reaches the other node when `relay` is called. */
async function twoNodes() {
  const { store, close } = await emptyStore()
  const clock = new StillClock()
  const relayed: (() => void)[] = []
  const retained = { a: Buffer.alloc(0), b: Buffer.alloc(0) }
  const node = (name: 'a' | 'b', other: 'a' | 'b') => {
    const events = createEventBus(log)
    const renames = createRenamesService({ store, events, clock, log })
    const catalogue = createCatalogueService({ store, events, renames, currency: 'USD' })
    const publisher = createCataloguePublisher({
      read: catalogue.active,
      publisher: {
        publish(_topic, _parameters, event) {
          retained[name] = Buffer.from(JSON.stringify(event))
          relayed.push(() => (retained[other] = Buffer.from(JSON.stringify(event))))
        },
      },
      persistence: { retainedPayload: () => retained[name] },
      events,
      clock,
      log,
    })
    return { catalogue, publisher }
  }
  const [a, b] = [node('a', 'b'), node('b', 'a')]
  await a.publisher.start()
  await b.publisher.start()
  relayed.length = 0
  return {
    store,
    clock,
    a,
    b,
    retained,
    relayed,
    seenBy: (name: 'a' | 'b') => namesIn(JSON.parse(retained[name].toString())),
    async checked() {
      clock.advance(5_000)
      await a.publisher.drain()
      await b.publisher.drain()
    },
    async stop() {
      await a.publisher.stop()
      await b.publisher.stop()
      await close()
    },
  }
}

const roof = { name: 'Roof', price: 100, durationMinutes: 60 }

test('publications of two nodes that arrive in the wrong order are corrected by the next check', async () => {
  const { a, b, relayed, seenBy, checked, stop } = await twoNodes()
  const { id } = await a.catalogue.create(roof)
  await a.publisher.drain()
  await b.catalogue.change(kim, id, { price: 200 })
  await b.publisher.drain()
  // The first change arrives at b after b's own, which it replaces there.
  for (const relay of relayed.splice(0).reverse()) relay()
  assert.equal([seenBy('a'), seenBy('b')], [['Roof 200'], ['Roof 100']])
  await checked()
  for (const relay of relayed.splice(0)) relay()
  assert.equal([seenBy('a'), seenBy('b')], [['Roof 200'], ['Roof 200']])
  await checked()
  assert.is(relayed.length, 0, 'nothing is published while nothing has changed')
  await stop()
})

test('a change that was stored and not published is published by the next check', async () => {
  const { store, a, seenBy, checked, stop } = await twoNodes()
  const { id } = await a.catalogue.create(roof)
  await a.publisher.drain()
  await store.services.change(id, { price: 300 })
  assert.equal(seenBy('a'), ['Roof 100'])
  await checked()
  assert.equal([seenBy('a'), seenBy('b')], [['Roof 300'], ['Roof 300']])
  await stop()
})

test('a catalogue of more than 64 KiB is not sent, and still each change is announced', async () => {
  const { a, retained, stop } = await twoNodes()
  const services = []
  for (let n = 0; n < 70; n++) services.push(await a.catalogue.create({ ...roof, description: 'x'.repeat(1_000) }))
  await a.publisher.drain()
  const before: CatalogueEvent = JSON.parse(retained.a.toString())
  assert.equal([before.currency, before.services], ['USD', null])
  await a.catalogue.change(kim, services[0]?.id ?? '', { price: 200 })
  await a.publisher.drain()
  assert.is.not(JSON.parse(retained.a.toString()).hash, before.hash)
  assert.ok(retained.a.length < 1_000)
  await stop()
})

test.run()
