import type { Aedes, AedesPublishPacket } from 'aedes'
import { nextPacketId, type Deliver } from '../transport/aedes-internals.ts'
import { Batch, encodePublication, type Bytes, type Carrier } from './packet-encoding.ts'
import { createSubscribers, type Audience, type Receiver } from './subscribers.ts'
import { WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** One publication being delivered. */
interface Publication {
  packet: AedesPublishPacket
  audiences: readonly Audience[]
  /** Encoded packets by payload (one per view of an order), then by carrier, then by QoS. */
  encoded: Map<Buffer, Partial<Record<Carrier, Bytes[]>>>
  /** Deliveries that are not finished. `done` is called at 0. */
  remaining: number
  done: (error?: Error) => void
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
      audiences: direct,
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
    const receivers: Receiver[] = []
    for (const publication of publications)
      for (const audience of publication.audiences) addTo(receivers, publication, audience)
    const startedAt = performance.now()
    let next = 0

    function slice() {
      const due = receivers.slice(next, next + (isIdle() ? idleSliceSize : sliceSize))
      next += due.length
      writeAll(due)
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

  /** Adds what the audience may read of the publication to what its receivers get in this round. */
  function addTo(round: Receiver[], publication: Publication, { receivers, carrier, qos }: Audience) {
    const one = receivers.find(({ client }) => !client.closed)
    const packet = one && authorize(one.client, publication.packet)
    if (!packet) return
    const bytes = bytesOf(publication, packet, publication.packet.qos === 0 ? 0 : qos, carrier)
    const first = new Batch(null, bytes)
    for (const receiver of receivers) {
      if (receiver.pending === null) round.push(receiver)
      receiver.pending = receiver.pending === null ? first : receiver.pending.and(bytes)
    }
    sent(receivers.length)
  }

  /**
   * Writes to each receiver what it gets. All else is done before and after the writes: when more than about a microsecond
   * passes between two writes, the kernel has to wake the reader for each of them, which costs half a write.
   */
  function writeAll(receivers: readonly Receiver[]) {
    const full: Receiver[] = []
    receivers.forEach(prepare)
    for (const receiver of receivers) if (!write(receiver)) full.push(receiver)
    receivers.forEach(forget)
    for (const { client } of full) if (client.conn instanceof WebSocketDuplex) client.conn.onWritten()
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

/** Finds the socket to write to, and the bytes; none for a receiver that has left. */
function prepare(receiver: Receiver) {
  const { client, pending } = receiver
  const { conn } = client
  receiver.pending = null
  if (!pending || client.closed || conn.destroyed) return
  receiver.bytes = pending.bytes
  receiver.socket = conn instanceof WebSocketDuplex ? conn.openSocket() : conn
}

/** False if the socket holds more than it should. */
function write({ client, socket, bytes }: Receiver): boolean {
  if (!socket || !bytes) return true
  if (bytes.idOffsets.length === 0) return socket.write(bytes.whole)
  for (const at of bytes.idOffsets) bytes.whole.writeUInt16BE(nextPacketId(client), at)
  const hasRoom = socket.write(bytes.whole)
  // The buffer is reused for the next receiver unless the socket still holds it. A copy per receiver would allocate 20 MB/s
  // of external memory, for which V8 runs three full collections per second.
  if (socket.writableLength > 0) bytes.whole = Buffer.from(bytes.whole)
  return hasRoom
}

function forget(receiver: Receiver) {
  receiver.socket = null
  receiver.bytes = null
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
