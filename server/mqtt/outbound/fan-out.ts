import type { Duplex } from 'node:stream'
import type { Aedes, AedesPublishPacket } from 'aedes'
import type { Deliver } from '../transport/aedes-internals.ts'
import { Batch, encodePublication, type Carrier } from './packet-encoding.ts'
import { createSubscribers, firstDirectId, type Audience, type Receiver } from './subscribers.ts'
import { WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** One publication being delivered. */
interface Publication {
  packet: AedesPublishPacket
  audiences: readonly Audience[]
  /** The packet id for all receivers at QoS 1. */
  messageId: number
  /** Encoded packets by payload (one per view of an order), then by carrier, then by QoS. */
  encoded: Map<Buffer, Partial<Record<Carrier, Buffer[]>>>
  /** Deliveries that are not finished. `done` is called at 0. */
  remaining: number
  done: (error?: Error) => void
}

/** Receivers of the same bytes. */
interface Group {
  receivers: readonly Receiver[]
  bytes: Buffer
}

/** Payload bytes per receiver and round, well below the limit for slow consumers (limits.ts). */
const roundSize = 64 * 1024

/** Sockets written per event-loop turn, so that a round to thousands of dashboards does not delay HTTP requests. */
const sliceSize = 200
/**
 * Sockets per turn while no HTTP request waits. With smaller slices, the PUBACKs of the first receivers would delay the
 * last ones by half.
 */
const idleSliceSize = 5_000

/**
 * Pause between rounds, as a share of the last round's duration, so that replies to it join the next batch: for thousands
 * of sockets that halves the work.
 */
const pauseShare = 0.1

export interface FanOutOptions {
  /** Whether no HTTP request is in progress or expected soon. */
  isIdle?: () => boolean
  /** The largest payload that a receiver may get, in bytes. */
  sizeOf?: (payload: Buffer) => number
}

export type FanOut = ReturnType<typeof createFanOut>

/**
 * Delivers publications to local subscribers. Aedes itself copies and encodes each publication per receiver. Here it is
 * encoded once per view, and publications of one round go to each receiver in one write. Persistent sessions and QoS 2
 * are delivered by Aedes. Either way permission is asked for every publication: here once for all receivers of whom it is
 * proved that they may read the same.
 *
 * `mq` is what Aedes uses of mqemitter (https://github.com/mcollina/mqemitter#api).
 */
export function createFanOut({ isIdle = () => false, sizeOf = lengthOf }: FanOutOptions = {}) {
  const subscribers = createSubscribers()
  let authorize: Aedes['authorizeForward'] = () => null
  let sent = (_packets: number) => {}
  const waiting: Publication[] = []
  let lastId = 65_535
  let sending = false
  let closed = false

  function settle(publication: Publication) {
    if (--publication.remaining === 0) publication.done()
  }

  /** Aedes counts the ids of what it sends from 1 (subscribers.ts). */
  function nextId(): number {
    lastId = lastId === 65_535 ? firstDirectId : lastId + 1
    return lastId
  }

  function emit(packet: AedesPublishPacket, done: (error?: Error) => void = () => {}) {
    if (closed) return done(new Error('the broker is closed'))
    // MQTT-3.3.1-9: existing subscriptions receive it without the retain flag.
    const live = packet.retain ? { ...packet, retain: false } : packet
    const { direct, byAedes } =
      packet.qos < 2 ? subscribers.lists(packet.topic) : { direct: [], byAedes: subscribers.all(packet.topic) }
    const publication: Publication = {
      packet: live,
      audiences: direct,
      messageId: nextId(),
      encoded: new Map(),
      remaining: 1 + byAedes.length,
      done,
    }
    for (const deliver of byAedes) deliver(packet, () => settle(publication))
    // Most client publications have no subscriber. Settled at once, because the client's next packet waits for it.
    if (direct.length === 0) return settle(publication)
    waiting.push(publication)
    if (sending) return
    sending = true
    setImmediate(sendRound)
  }

  /** Sends the waiting publications, up to `roundSize`, to their receivers. The rest goes in the next round. */
  function sendRound() {
    const publications = waiting.splice(0, countFitting(waiting, sizeOf))
    const groups = joined(publications.map(groupsOf)).flatMap(inSlices)
    const startedAt = performance.now()
    let next = 0

    function slice() {
      const size = isIdle() ? idleSliceSize : sliceSize
      const from = next
      for (let count = 0; count < size && next < groups.length; next++) count += groups[next]?.receivers.length ?? 0
      writeAll(groups.slice(from, next))
      if (next < groups.length) return void setImmediate(slice)
      publications.forEach(settle)
      if (waiting.length === 0) sending = false
      else startNext((performance.now() - startedAt) * pauseShare)
    }
    // Deferred until Aedes has written its pending packets: a retained status must precede a newer one.
    setImmediate(slice)
  }

  /** Starts the next round after `pause` milliseconds, or in the next event-loop turn if that is less than one. */
  function startNext(pause: number) {
    if (pause < 1) setImmediate(sendRound)
    else setTimeout(sendRound, pause)
  }

  /** The receivers of a publication with what they may read of it. */
  function groupsOf(publication: Publication): Group[] {
    return publication.audiences.flatMap(({ receivers, carrier, qos }) => {
      const one = receivers.find(({ client }) => !client.closed)
      const packet = one && authorize(one.client, publication.packet)
      if (!packet) return []
      sent(receivers.length)
      return { receivers, bytes: bytesOf(publication, packet, publication.packet.qos === 0 ? 0 : qos, carrier) }
    })
  }

  return {
    mq: {
      on(filter: string, deliver: Deliver, done?: () => void) {
        subscribers.add(filter, deliver)
        if (done) setImmediate(done)
      },
      removeListener(filter: string, deliver: Deliver, done?: () => void) {
        subscribers.remove(filter, deliver)
        if (done) setImmediate(done)
      },
      emit,
      close(done: () => void) {
        closed = true
        setImmediate(done)
      },
    },

    /** `forward` returns the packet as a receiver may read it, or null. `onSent` gets the number of packets sent. */
    serve(forward: Aedes['authorizeForward'], onSent: (packets: number) => void) {
      authorize = forward
      sent = onSent
    },

    /** Delivers to these granted subscriptions directly instead of through Aedes. */
    admit: subscribers.admit,
  }
}

/** One write for each receiver, with all it gets in this round. `publications`: the groups of each. */
function joined(publications: readonly Group[][]): Group[] {
  const [only = [], ...more] = publications
  if (more.length === 0) return only
  const all: Receiver[] = []
  for (const { receivers, bytes } of publications.flat()) {
    const first = new Batch(null, bytes)
    for (const receiver of receivers) {
      if (receiver.pending === null) all.push(receiver)
      receiver.pending = receiver.pending?.and(bytes) ?? first
    }
  }
  const groups = new Map<Batch, Receiver[]>()
  for (const receiver of all) {
    const batch = receiver.pending
    receiver.pending = null
    if (!batch) continue
    const receivers = groups.get(batch) ?? []
    groups.set(batch, receivers)
    receivers.push(receiver)
  }
  return [...groups].map(([{ bytes }, receivers]) => ({ receivers, bytes }))
}

/** The group in parts of one slice. */
function inSlices({ receivers, bytes }: Group): Group[] {
  const parts: Group[] = []
  for (let at = 0; at < receivers.length; at += sliceSize)
    parts.push({ receivers: receivers.slice(at, at + sliceSize), bytes })
  return parts
}

/**
 * Writes to each receiver what it gets. All else is done before and after the writes: when more than about a microsecond
 * passes between two writes, the kernel has to wake the reader for each of them, which costs half a write.
 */
function writeAll(groups: readonly Group[]) {
  const open = groups.map(({ receivers, bytes }) => ({ receivers: receivers.filter(isOpen), bytes }))
  const full: Receiver[] = []
  for (const { receivers, bytes } of open)
    for (const receiver of receivers) if (!receiver.socket.write(bytes)) full.push(receiver)
  for (const { client } of full) if (client.conn instanceof WebSocketDuplex) client.conn.onWritten()
}

const isOpen = ({ open, client }: Receiver) => !client.closed && (open || isStillOpen(client.conn))

const isStillOpen = (conn: Duplex) => !(conn instanceof WebSocketDuplex) || conn.isOpen()

/** The number of publications, at least one, that fit into one round. */
function countFitting(publications: readonly Publication[], sizeOf: (payload: Buffer) => number): number {
  let size = 0
  const firstBeyond = publications.findIndex(({ packet }) => (size += sizeOf(bufferOf(packet))) > roundSize)
  return firstBeyond < 0 ? publications.length : Math.max(firstBeyond, 1)
}

const lengthOf = ({ length }: Buffer) => length

const bufferOf = ({ payload }: AedesPublishPacket) => (Buffer.isBuffer(payload) ? payload : Buffer.from(payload))

function bytesOf(
  { encoded, messageId }: Publication,
  packet: AedesPublishPacket,
  qos: 0 | 1,
  carrier: Carrier,
): Buffer {
  const payload = bufferOf(packet)
  let byCarrier = encoded.get(payload)
  if (!byCarrier) encoded.set(payload, (byCarrier = {}))
  return ((byCarrier[carrier] ??= [])[qos] ??= encodePublication(packet.topic, payload, qos, carrier, messageId))
}
