import type { Aedes, AedesPublishPacket } from 'aedes'
import { nextPacketId, type Deliver } from '../transport/aedes-internals.ts'
import { encodePublication, join, type Bytes, type Carrier } from './packet-encoding.ts'
import { createSubscribers, type Receiver, type Subscriber } from './subscribers.ts'
import { socketOf, WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** One publication being delivered. */
interface Publication {
  packet: AedesPublishPacket
  subscribers: readonly Subscriber<Delivery>[]
  /** Encoded packets by payload (one per view of an order), then by carrier, then by QoS. */
  encoded: Map<Buffer, Partial<Record<Carrier, Bytes[]>>>
  /** Deliveries that are not finished. `done` is called at 0. */
  remaining: number
  done: (error?: Error) => void
}

/** A publication at one QoS, shared by all receivers subscribed with that QoS. */
interface Delivery {
  publication: Publication
  qos: 0 | 1
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
 * are delivered by Aedes. Either way every receiver's permission is checked for every publication.
 *
 * `mq` is what Aedes uses of mqemitter (https://github.com/mcollina/mqemitter#api).
 */
export function createFanOut({ isIdle = () => false, sizeOf = lengthOf }: FanOutOptions = {}) {
  const subscribers = createSubscribers<Delivery>()
  let authorize: Aedes['authorizeForward'] = () => null
  const waiting: Publication[] = []
  let sending = false
  let closed = false

  function settle(publication: Publication) {
    if (--publication.remaining === 0) publication.done()
  }

  function emit(packet: AedesPublishPacket, done: (error?: Error) => void = () => {}) {
    if (closed) return done(new Error('the broker is closed'))
    // MQTT-3.3.1-9: existing subscriptions receive it without the retain flag.
    const live = packet.retain ? { ...packet, retain: false } : packet
    const { direct, byAedes } =
      packet.qos < 2 ? subscribers.lists(packet.topic) : { direct: [], byAedes: subscribers.all(packet.topic) }
    const publication: Publication = {
      packet: live,
      subscribers: direct,
      encoded: new Map(),
      remaining: 1 + byAedes.length,
      done,
    }
    for (const { deliver } of byAedes) deliver(packet, () => settle(publication))
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
    const receivers: Receiver<Delivery>[] = []
    for (const publication of publications) {
      const [qos0, qos1]: [Delivery, Delivery] = [
        { publication, qos: 0 },
        { publication, qos: 1 },
      ]
      for (const { receiver, qos } of publication.subscribers) {
        if (!receiver) continue
        const delivery = publication.packet.qos === 0 || qos === 0 ? qos0 : qos1
        if (receiver.pending.length > 0) receiver.pending.push(delivery)
        else {
          receivers.push(receiver)
          // Not `push`: V8 then allocates a capacity of 17 elements.
          receiver.pending = [delivery]
        }
      }
    }
    const joined = createJoinCache()
    const startedAt = performance.now()
    let next = 0

    function slice() {
      const size = isIdle() ? idleSliceSize : sliceSize
      for (const end = Math.min(next + size, receivers.length); next < end; next++) {
        const receiver = receivers[next]
        if (receiver) sendDue(receiver, joined)
      }
      if (next < receivers.length) return void setImmediate(slice)
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

  function sendDue(receiver: Receiver<Delivery>, joined: ReturnType<typeof createJoinCache>) {
    const { client, carrier, pending } = receiver
    const { conn } = client
    receiver.pending = []
    if (client.closed || conn.destroyed) return
    const all: Bytes[] = []
    for (const { publication, qos } of pending) {
      const packet = authorize(client, publication.packet)
      if (packet) all.push(bytesOf(publication, packet, qos, carrier))
    }
    if (all.length === 0) return
    const bytes = joined(all)
    for (const at of bytes.idOffsets) bytes.whole.writeUInt16BE(nextPacketId(client), at)
    if (conn instanceof WebSocketDuplex) conn.writeFrames(bytes.whole)
    else conn.write(bytes.whole)
    // The buffer is reused for the next receiver unless the socket still holds it. A copy per receiver would allocate 20 MB/s
    // of external memory, for which V8 runs three full collections per second.
    if (bytes.idOffsets.length > 0 && socketOf(conn).writableLength > 0) bytes.whole = Buffer.from(bytes.whole)
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

    /** `authorizeForward` returns the packet as a receiver may read it, or null. Called for every delivery. */
    serve: (authorizeForward: Aedes['authorizeForward']) => void (authorize = authorizeForward),

    /** Delivers to these granted subscriptions directly instead of through Aedes. */
    admit: subscribers.admit,
  }
}

/** The number of publications, at least one, that fit into one round. */
function countFitting(publications: readonly Publication[], sizeOf: (payload: Buffer) => number): number {
  let size = 0
  const firstBeyond = publications.findIndex(({ packet }) => (size += sizeOf(bufferOf(packet))) > roundSize)
  return firstBeyond < 0 ? publications.length : Math.max(firstBeyond, 1)
}

const lengthOf = ({ length }: Buffer) => length

const bufferOf = ({ payload }: AedesPublishPacket) => (Buffer.isBuffer(payload) ? payload : Buffer.from(payload))

function bytesOf({ encoded }: Publication, packet: AedesPublishPacket, qos: 0 | 1, carrier: Carrier): Bytes {
  const payload = bufferOf(packet)
  let byCarrier = encoded.get(payload)
  if (!byCarrier) encoded.set(payload, (byCarrier = {}))
  return ((byCarrier[carrier] ??= [])[qos] ??= encodePublication(packet.topic, payload, qos, carrier))
}

/** Caches the last concatenation: most receivers get the same packets as the receiver before. */
function createJoinCache() {
  let last: readonly Bytes[] = []
  let joined = join(last)
  return (all: readonly Bytes[]): Bytes => {
    if (all.length !== last.length || all.some((one, n) => one !== last[n])) {
      last = all
      joined = join(all)
    }
    return joined
  }
}
