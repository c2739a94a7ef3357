import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Aedes } from 'aedes'
import { parser, type Packet } from 'mqtt-packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { build } from 'vite'
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws'
import type * as transport from './browser-transport.ts'
import { isRefused, type ConnectOptions } from './connection.ts'
import type { KeepAliveTimer } from './keep-alive.ts'
import { leanMqtt } from './shims/lean-mqtt.ts'
import { mqttForBrowsers, withProcess } from './shims/vite.config.ts'

const test = suite('mqtt.js as browsers get it')

let createBrowserTransport: typeof transport.createBrowserTransport
const folder = mkdtempSync(join(tmpdir(), 'callout-transport-'))
const nodesWebSocket = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')

test.before(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [leanMqtt],
    resolve: { alias: mqttForBrowsers },
    build: {
      outDir: folder,
      target: 'es2023',
      rolldownOptions: {
        ...withProcess,
        input: 'client/live/browser-transport.ts',
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'transport.mjs', codeSplitting: false },
      },
    },
  })
  const built: typeof transport = await import(pathToFileURL(join(folder, 'transport.mjs')).href)
  createBrowserTransport = built.createBrowserTransport
  // Node 20 has none.
  Object.defineProperty(globalThis, 'WebSocket', { value: WebSocket, configurable: true, writable: true })
})

test.after(() => {
  rmSync(folder, { recursive: true })
  if (nodesWebSocket) Object.defineProperty(globalThis, 'WebSocket', nodesWebSocket)
  else Reflect.deleteProperty(globalThis, 'WebSocket')
})

async function listen(onSocket: (socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', onSocket)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = () => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
  return { url: `ws://127.0.0.1:${port}/mqtt`, stop }
}

/** A broker that accepts one token and grants every filter but `forbidden`. `disconnected` counts DISCONNECT packets. */
async function aBroker() {
  const broker = await Aedes.createBroker()
  broker.authenticate = (_client, _username, password, done) => {
    if (String(password) === 'token') return done(null, true)
    done(Object.assign(new Error('unknown'), { returnCode: 4 }), false)
  }
  broker.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic === 'forbidden' ? null : subscription)
  const received: string[] = []
  const { url, stop } = await listen((socket) => {
    const packets = parser({ protocolVersion: 4 }).on('packet', ({ cmd }) => received.push(cmd))
    socket.on('message', (bytes: Buffer) => void packets.parse(bytes))
    broker.handle(createWebSocketStream(socket))
  })
  const publish = (topic: string, payload: string, qos: 0 | 1 = 0) =>
    new Promise<void>((resolve) =>
      broker.publish({ cmd: 'publish', topic, payload, qos, retain: false, dup: false }, () => resolve()),
    )
  return {
    broker,
    url,
    received,
    publish,
    stop: () => new Promise<void>((resolve) => broker.close(() => (stop(), resolve()))),
  }
}

/** `next` resolves with the next event. */
function open(
  url: string,
  given: Partial<ConnectOptions> = {},
  timer: () => KeepAliveTimer | 'native' = () => 'native',
) {
  const events: string[] = []
  let arrived: (event: string) => void = () => {}
  const add = (event: string) => {
    events.push(event)
    arrived(event)
  }
  const opening = createBrowserTransport(timer)({
    url,
    username: 'me',
    password: 'token',
    filters: ['mine/#', 'all'],
    onMessage: (topic, payload) => add(`${topic} ${payload}`),
    onClose: () => add('closed'),
    ...given,
  })
  return { events, opening, next: () => new Promise<string>((resolve) => (arrived = resolve)) }
}

const failureOf = (opening: Promise<unknown>) =>
  opening.then(
    () => assert.unreachable(),
    (failure: unknown) => failure,
  )

test('CONNECT and SUBSCRIBE go out in one message', async () => {
  const messages: Packet['cmd'][][] = []
  const { url, stop } = await listen((socket) =>
    socket.on('message', (bytes: Buffer) => {
      const cmds: Packet['cmd'][] = []
      parser({ protocolVersion: 4 })
        .on('packet', ({ cmd }) => cmds.push(cmd))
        .parse(bytes)
      messages.push(cmds)
      socket.close()
    }),
  )
  assert.match(String(await failureOf(open(url).opening)), 'The connection was closed')
  assert.equal(messages, [['connect', 'subscribe']])
  stop()
})

test('messages arrive as they were published, and publishing resolves with the acknowledgement', async () => {
  const { broker, url, publish, stop } = await aBroker()
  const { opening, next } = open(url)
  const connection = await opening
  const long = 'ü\u{1f69a}'.repeat(40_000)
  for (const text of ['', '\ufeffhello', long]) {
    const message = next()
    await publish('all', text)
    assert.is(await message, `all ${text}`)
  }
  const published = new Promise((resolve) =>
    broker.on('publish', ({ topic, payload, qos }) => topic === 'to/them' && resolve([String(payload), qos])),
  )
  await connection.publish('to/them', long)
  assert.equal(await published, [long, 1])
  connection.close()
  await stop()
})

test('a message that comes in pieces, and several in one piece, are read', async () => {
  const { broker, url: from, publish, stop: stopBroker } = await aBroker()
  // Each byte of the broker's answers in a WebSocket message of its own, until told to hold them back.
  let held: Buffer[] | null = null
  let toPage: WebSocket | undefined
  const { url, stop } = await listen((socket) => {
    toPage = socket
    const upstream = new WebSocket(from, ['mqtt'])
    const opened = once(upstream, 'open')
    socket.on('message', (bytes) => void opened.then(() => upstream.send(bytes)))
    upstream.on('message', (bytes: Buffer) => {
      if (held) return void held.push(bytes)
      for (const byte of bytes) socket.send(Uint8Array.of(byte))
    })
  })
  const { events, opening, next } = open(url)
  await opening
  let message = next()
  await publish('all', 'in pieces, ü')
  assert.is(await message, 'all in pieces, ü')

  held = []
  await publish('all', 'one')
  await publish('mine/1', 'two')
  while (held.length < 2) await new Promise((resolve) => setImmediate(resolve))
  message = next()
  toPage?.send(Buffer.concat(held))
  await message
  if (events.length < 3) await next()
  assert.equal(events.slice(1), ['all one', 'mine/1 two'])
  assert.is(broker.connectedClients, 1)
  stop()
  await stopBroker()
})

test('filters are added and removed later; a refused one rejects, and the connection stays', async () => {
  const { url, publish, stop } = await aBroker()
  const { events, opening, next } = open(url, { filters: ['mine/#'] })
  const connection = await opening
  await connection.subscribe(['all'])
  await publish('all', 'one')
  await connection.unsubscribe(['all'])
  await publish('all', 'two')
  assert.ok((await failureOf(connection.subscribe(['forbidden']))) instanceof Error)
  const message = next()
  await publish('mine/1', 'three', 1)
  await message
  assert.equal(events, ['all one', 'mine/1 three'])
  connection.close()
  await stop()
})

test('a refused filter, a refused token and a server that is away reject; only the token’s error is `refused`', async () => {
  const { url, stop } = await aBroker()
  assert.match(
    String(await failureOf(open(url, { filters: ['all', 'forbidden'] }).opening)),
    'The broker refused forbidden',
  )
  assert.ok(isRefused(await failureOf(open(url, { password: 'another' }).opening)))
  await stop()
  const away = await failureOf(open(url).opening)
  assert.match(String(away), 'The connection was closed')
  assert.not(isRefused(away))
})

test('the end of a connection is told once, whichever side ends it; a page says goodbye first', async () => {
  const { broker, url, received, stop } = await aBroker()
  const ours = open(url)
  const connection = await ours.opening
  const gone = once(broker, 'clientDisconnect')
  const closed = ours.next()
  connection.close()
  await Promise.all([gone, closed])
  assert.equal([ours.events, received.at(-1)], [['closed'], 'disconnect'])

  const theirs = open(url)
  await theirs.opening
  const over = theirs.next()
  await stop()
  await over
  assert.equal(theirs.events, ['closed'])
})

test('the given timer pings, and an unanswered ping ends the connection', async () => {
  let tick = () => {}
  const timer: KeepAliveTimer = { set: (callback) => ((tick = callback), 1), clear: () => {} }
  const { url, received, stop } = await aBroker()
  const { opening, next } = open(url, {}, () => timer)
  await opening
  tick()
  tick()
  while (received.at(-1) !== 'pingreq') await new Promise((resolve) => setImmediate(resolve))
  const closed = next()
  // The answer to the ping may have come.
  for (let count = 0; count < 3; count++) tick()
  assert.is(await closed, 'closed')
  await stop()
})

test.run()
