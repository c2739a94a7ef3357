import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Aedes, AedesPublishPacket, Client } from 'aedes'
import { BufferList } from 'bl'
import type { WebSocket } from 'ws'

// The only file that uses private members of Aedes 1.2.0, mqtt-packet 9.0.2 and ws 8.23.0. package.json pins these
// versions; each function throws when a new version has moved what it uses.

const moved = (what: string) => new Error(`${what} has moved: update server/mqtt/transport/aedes-internals.ts`)

/** mqtt-packet's parser: the part that this server uses. */
export interface Parser extends EventEmitter {
  packet: { length: number; protocolVersion?: number }
  /** Bytes that wait for the rest of their packet. */
  _list: { readonly length: number }
  /** 0 between two packets. */
  _stateCounter: number
  _parseLength(): boolean
  _emitError(error: Error): void
}

const parserMembers = ['_list', '_stateCounter', '_parseLength', '_emitError']

const isParser = (value: unknown): value is Parser =>
  value instanceof EventEmitter && parserMembers.every((name) => name in value)

/** Aedes: `client._parser`. */
export function parserOf(client: Client): Parser {
  const parser: unknown = Reflect.get(client, '_parser')
  if (!isParser(parser)) throw moved('the parser of an Aedes client')
  return parser
}

/** mqtt-packet: replaces `parser._list`, a BufferListStream of 1 kB per connection, by its plain base class. */
export function slimParser(client: Client) {
  parserOf(client)._list = new BufferList()
}

/** Called by `Reflect.apply(listener, emitter, values)`. A function that does it would cost 100 bytes per connection. */
type Listener = ReturnType<EventEmitter['listeners']>[number]

/** Aedes: removes its only "packet" listener from the parser and returns it. */
export function takeOverPackets(parser: Parser): Listener {
  const [listener, ...others] = parser.listeners('packet')
  if (!listener || others.length > 0) throw moved("Aedes' packet listener")
  parser.removeAllListeners('packet')
  return listener
}

/** Aedes: `client.connackSent`. */
export function isConnackSent(client: Client): boolean {
  const sent: unknown = Reflect.get(client, 'connackSent')
  if (typeof sent !== 'boolean') throw moved('client.connackSent')
  return sent
}

const isTimer = (value: unknown): value is NodeJS.Timeout =>
  typeof value === 'object' && value !== null && 'refresh' in value

/** Aedes: `client._keepaliveTimer`; null before CONNECT and after the close. */
export function keepAliveTimerOf(client: Client): NodeJS.Timeout | null {
  const timer: unknown = Reflect.get(client, '_keepaliveTimer')
  if (timer === null) return null
  if (!isTimer(timer)) throw moved('client._keepaliveTimer')
  return timer
}

/** Aedes: lets it count its packet ids from 1 again when `client._nextId` exceeds `most` (MQTT-2.3.1-1: never 0). */
export function restartPacketIds(client: Client, most: number) {
  const id: unknown = Reflect.get(client, '_nextId')
  if (typeof id !== 'number') throw moved('client._nextId')
  if (id > most) Reflect.set(client, '_nextId', 1)
}

/** Aedes: the members of a client that its handler of CONNECT changes. */
export interface ConnectParts {
  id: string
  clean: boolean
  version: number
  connecting: boolean
  connected: boolean
  connackSent: boolean
  _authorized: boolean
  /** The number of packets that are being handled. */
  _parsingBatch: number
  _connectTimer: NodeJS.Timeout | null
  /** Milliseconds. */
  _keepaliveInterval: number
  _keepaliveTimer: NodeJS.Timeout | null
  /** Reads on when the packets read before are handled. */
  _nextBatch(error?: Error | null): void
  pause(): void
  resume(): void
}

const connectParts = [
  'id',
  'clean',
  'version',
  'connecting',
  'connected',
  'connackSent',
  '_authorized',
  '_parsingBatch',
  '_connectTimer',
  '_keepaliveInterval',
  '_keepaliveTimer',
  '_nextBatch',
  'pause',
  'resume',
]

/** Whether a client of this version of Aedes has them; one is looked at for all. */
let connectPartsFound = false
const hasConnectParts = (client: object): client is ConnectParts =>
  (connectPartsFound ||= connectParts.every((name) => name in client))

export function connectPartsOf(client: Client): ConnectParts {
  if (!hasConnectParts(client)) throw moved('the handler of CONNECT')
  return client
}

function callWithClient(aedes: Aedes, name: 'registerClient' | 'unregisterClient', client: Client) {
  const method: unknown = Reflect.get(aedes, name)
  if (typeof method !== 'function') throw moved(`aedes.${name}`)
  Reflect.apply(method, aedes, [client])
}

/** Aedes: `aedes.registerClient`. An earlier client with this id is closed first (MQTT-3.1.4-2). */
export const registerClient = (aedes: Aedes, client: Client) => callWithClient(aedes, 'registerClient', client)

/** Aedes: declares `client.id` read-only, but registers the client under it only after `authenticate`. */
export function setClientId(client: Client, id: string) {
  if (!('id' in client)) throw moved('client.id')
  Reflect.set(client, 'id', id)
}

/** Aedes: declares `client.clean` read-only, but reads it only after `authenticate`. */
export function setCleanSession(client: Client, clean: boolean) {
  if (typeof client.clean !== 'boolean') throw moved('client.clean')
  Reflect.set(client, 'clean', clean)
}

/**
 * mqtt-packet: `parser.settings`. The parser holds the CONNECT packet, and with it the password, as long as the connection
 * lives, and reads only its version.
 */
export function forgetConnect(client: Client) {
  const parser = parserOf(client)
  const settings: unknown = Reflect.get(parser, 'settings')
  const version: unknown = Object(settings).protocolVersion
  if (typeof version !== 'number') throw moved('parser.settings')
  Reflect.set(parser, 'settings', (settingsOfVersion[version] ??= { protocolVersion: version }))
}

const settingsOfVersion: Record<number, { protocolVersion: number }> = {}

const empty: Record<string, number> = {}
const noDuplicates = new Proxy(empty, { get: () => 0, set: () => true })

/**
 * Aedes: `client.duplicates`. Aedes drops each publication emitted out of counter order as a duplicate: a QoS 1 message
 * before a QoS 0 message of the same tick, or a slow persistence, loses messages. Receivers here detect repeats by
 * version, so the check is disabled.
 */
export function disableDuplicateCheck(client: Client) {
  if (!('duplicates' in client)) throw moved('client.duplicates')
  Reflect.set(client, 'duplicates', noDuplicates)
}

/** The function by which Aedes delivers a publication to a subscriber. */
export type Deliver = (packet: AedesPublishPacket, done: () => void) => void

const isDeliver = (value: unknown): value is Deliver => typeof value === 'function'

/** Aedes: `client.subscriptions[filter].func`; null when the client has unsubscribed or is closed. */
export function deliverOf(client: Client, filter: string): Deliver | null {
  const subscriptions: unknown = Reflect.get(client, 'subscriptions')
  if (typeof subscriptions !== 'object' || subscriptions === null) throw moved('client.subscriptions')
  const subscription: unknown = Reflect.get(subscriptions, filter)
  if (subscription === undefined) return null
  const deliver: unknown = Reflect.get(Object(subscription), 'func')
  if (!isDeliver(deliver)) throw moved('client.subscriptions[filter].func')
  return deliver
}

/** Aedes: `aedes.clients`, by client id. */
export function clientsOf(aedes: Aedes): Client[] {
  const clients: unknown = Reflect.get(aedes, 'clients')
  if (typeof clients !== 'object' || clients === null) throw moved('aedes.clients')
  return Object.values(clients)
}

/** Aedes: `aedes.unregisterClient`, which it calls itself only for a client that closes after its registration. */
export const unregisterClient = (aedes: Aedes, client: Client) => callWithClient(aedes, 'unregisterClient', client)

/** ws: the part that assembles frames. */
export interface FrameReceiver {
  _state: number
  _bufferedBytes: number
  _fragmented: number
}

const receiverMembers = ['_state', '_bufferedBytes', '_fragmented']

const isReceiver = (value: unknown): value is FrameReceiver =>
  typeof value === 'object' &&
  value !== null &&
  receiverMembers.every((name) => typeof Reflect.get(value, name) === 'number')

/** ws: `websocket._receiver`. */
export function receiverOf(socket: WebSocket): FrameReceiver {
  const receiver: unknown = Reflect.get(socket, '_receiver')
  if (!isReceiver(receiver)) throw moved('websocket._receiver')
  return receiver
}

/** Whether the receiver is at the start of a message: no part of a frame or of a fragmented message is buffered. */
export const isBetweenMessages = ({ _state, _bufferedBytes, _fragmented }: FrameReceiver): boolean =>
  _state === 0 && _bufferedBytes === 0 && _fragmented === 0

/** ws: removes its only "data" listener from the socket and returns it. */
export function takeOverData(raw: Duplex): Listener {
  const [listener, ...others] = raw.listeners('data')
  if (!listener || others.length > 0) throw moved("ws's data listener")
  raw.removeAllListeners('data')
  return listener
}
