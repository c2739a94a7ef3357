import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { connect } from 'mqtt'
import { parser, type Packet } from 'mqtt-packet'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isRefused, type ConnectOptions } from './connection.ts'
import { mqttOptions, connectAndSubscribe } from './mqtt-connection.ts'

async function listen(onSocket: (socket: Socket) => void) {
  const server = createServer(onSocket)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `mqtt://127.0.0.1:${port}`, stop: () => server.close() }
}

function open(url: string, given: Partial<ConnectOptions> = {}) {
  const events: string[] = []
  const options: ConnectOptions = {
    url,
    username: 'me',
    password: 'token',
    filters: ['mine/#', 'all'],
    onMessage: (topic, payload) => events.push(`${topic} ${payload}`),
    onClose: () => events.push('closed'),
    ...given,
  }
  const client = connect(url, mqttOptions(options))
  return { client, events, opening: connectAndSubscribe(client, options) }
}

/** A broker that accepts one token and grants every filter but `forbidden`. */
async function aBroker() {
  const broker = await Aedes.createBroker()
  broker.authenticate = (_client, _username, password, done) => {
    if (String(password) === 'token') return done(null, true)
    done(Object.assign(new Error('unknown'), { returnCode: 4 }), false)
  }
  broker.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'forbidden' ? null : subscription)
  const { url, stop } = await listen((socket) => void broker.handle(socket))
  return { broker, url, stop: () => new Promise<void>((resolve) => broker.close(() => (stop(), resolve()))) }
}

test('sends SUBSCRIBE before CONNACK arrives', async () => {
  const sent: Packet[] = []
  let resolveBoth = () => {}
  const sentBoth = new Promise<void>((resolve) => (resolveBoth = resolve))
  const { url, stop } = await listen((socket) => {
    const packets = parser().on('packet', (packet) => sent.push(packet) === 2 && resolveBoth())
    socket.on('data', (bytes) => void packets.parse(bytes))
  })
  const { client, opening } = open(url)
  await sentBoth
  assert.equal(
    sent.map(({ cmd }) => cmd),
    ['connect', 'subscribe'],
  )
  client.end(true)
  await opening.then(
    () => assert.unreachable(),
    () => {},
  )
  stop()
})

test('resolves once every filter is granted, and calls onClose at the end', async () => {
  const { broker, url, stop } = await aBroker()
  const { client, events, opening } = open(url)
  await opening
  const arrived = new Promise((resolve) => client.once('message', resolve))
  broker.publish({ cmd: 'publish', topic: 'all', payload: 'hello', qos: 1, retain: false, dup: false }, () => {})
  await arrived
  const over = new Promise<void>((resolve) => client.once('close', resolve))
  await stop()
  await over
  assert.equal(events, ['all hello', 'closed'])
})

test('filters are added and removed later; a refused one rejects, and the connection stays', async () => {
  const { broker, url, stop } = await aBroker()
  const { client, events, opening } = open(url, { filters: ['mine/#'] })
  const connection = await opening
  const publish = (payload: string) =>
    new Promise<void>((resolve) =>
      broker.publish({ cmd: 'publish', topic: 'all', payload, qos: 0, retain: false, dup: false }, () => resolve()),
    )
  await connection.subscribe(['all'])
  await publish('one')
  await connection.unsubscribe(['all'])
  await publish('two')
  const refusal = await connection.subscribe(['forbidden']).catch((error: unknown) => error)
  assert.ok(refusal instanceof Error)
  assert.equal([events, client.connected], [['all one'], true])
  connection.close()
  await stop()
})

test('a refused filter and a refused token reject; only the token’s error is `refused`', async () => {
  const { url, stop } = await aBroker()
  const error = async (given: Partial<ConnectOptions>) =>
    open(url, given).opening.then(
      () => assert.unreachable(),
      (failure: unknown) => failure,
    )
  const filter = await error({ filters: ['all', 'forbidden'] })
  assert.match(String(filter), 'The broker refused forbidden')
  assert.not(isRefused(filter))
  assert.ok(isRefused(await error({ password: 'another' })))
  await stop()
})

test.run()
