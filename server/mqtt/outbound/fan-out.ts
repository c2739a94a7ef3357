import type { Aedes, AedesPublishPacket } from 'aedes'
import { nextPacketId, type Deliver } from '../transport/aedes-internals.ts'
import { encodePublication, join, type Bytes, type Carrier } from './packet-encoding.ts'
import { createSubscribers, type Receiver, type Subscriber } from './subscribers.ts'
import { socketOf, WebSocketDuplex } from '../transport/websocket-duplex.ts'

/** One publication on its way. */
interface Publication {
  packet: AedesPublishPacket
  to: readonly Subscriber<Due>[]
  /** By payload, which is another one for each view; then by how it is carried, and by its quality. */
  encoded: Map<Buffer, Partial<Record<Carrier, Bytes[]>>>
  /** Parts that are not done yet. */
  left: number
  done: (error?: Error) => void
}

/** What a receiver is to be sent; the same for all who have subscribed with this quality. */
interface Due {
  publication: Publication
  qos: 0 | 1
}

/** What one receiver is sent in one go, in bytes of payload: well below what may wait for it (limits.ts). */
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
  /** Whether no HTTP request is being answered or likely to arrive in the next moment. */
  isIdle?: () => boolean
  /** How many bytes of payload a receiver gets at most. */
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
  const subscribers = createSubscribers<Due>()
  let mayHave: Aedes['authorizeForward'] = () => null
  const waiting: Publication[] = []
  let sending = false
  let closed = false

  function settle(publication: Publication) {
    if (--publication.left === 0) publication.done()
  }

  function emit(packet: AedesPublishPacket, done: (error?: Error) => void = () => {}) {
    if (closed) return done(new Error('the broker is closed'))
    // MQTT-3.3.1-9: to those who have subscribed before, it is no retained message.
    const live = packet.retain ? { ...packet, retain: false } : packet
    const { direct, byAedes } =
      packet.qos < 2 ? subscribers.lists(packet.topic) : { direct: [], byAedes: subscribers.all(packet.topic) }
    const publication: Publication = { packet: live, to: direct, encoded: new Map(), left: 1 + byAedes.length, done }
    for (const { deliver } of byAedes) deliver(packet, () => settle(publication))
    // Most client publications have no subscriber; the client is read on when they are done.
    if (direct.length === 0) return settle(publication)
    waiting.push(publication)
    if (sending) return
    sending = true
    setImmediate(sendRound)
  }

  /** Sends the waiting publications, or as many as fit, to their receivers. Later publications go in the next round. */
  function sendRound() {
    const publications = waiting.splice(0, fitting(waiting, sizeOf))
    const to: Receiver<Due>[] = []
    for (const publication of publications) {
      const [atMostOnce, atLeastOnce]: [Due, Due] = [
        { publication, qos: 0 },
        { publication, qos: 1 },
      ]
      for (const { receiver, qos } of publication.to) {
        if (!receiver) continue
        const due = publication.packet.qos === 0 || qos === 0 ? atMostOnce : atLeastOnce
        if (receiver.due.length > 0) receiver.due.push(due)
        else {
          to.push(receiver)
          // A literal of one element reserves no room for sixteen more.
          receiver.due = [due]
        }
      }
    }
    const joined = createJoined()
    const begun = performance.now()
    let next = 0

    function slice() {
      const size = isIdle() ? idleSliceSize : sliceSize
      for (const end = Math.min(next + size, to.length); next < end; next++) {
        const receiver = to[next]
        if (receiver) sendDue(receiver, joined)
      }
      if (next < to.length) return void setImmediate(slice)
      publications.forEach(settle)
      if (waiting.length === 0) sending = false
      else startNext((performance.now() - begun) * pauseShare)
    }
    // After what Aedes was about to write: a retained status must precede a newer one.
    setImmediate(slice)
  }

  /** Starts the next round, at once after a short one. Milliseconds. */
  function startNext(pause: number) {
    if (pause < 1) setImmediate(sendRound)
    else setTimeout(sendRound, pause)
  }

  function sendDue(receiver: Receiver<Due>, joined: ReturnType<typeof createJoined>) {
    const { client, carrier, due } = receiver
    const { conn } = client
    receiver.due = []
    if (client.closed || conn.destroyed) return
    const all: Bytes[] = []
    for (const { publication, qos } of due) {
      const packet = mayHave(client, publication.packet)
      if (packet) all.push(bytesOf(publication, packet, qos, carrier))
    }
    if (all.length === 0) return
    const bytes = joined(all)
    for (const at of bytes.ids) bytes.whole.writeUInt16BE(nextPacketId(client), at)
    if (conn instanceof WebSocketDuplex) conn.writeFrames(bytes.whole)
    else conn.write(bytes.whole)
    // Nearly always they have left by now, and serve for the next receiver. A copy for each would be 20 MB a second that
    // V8 counts, but not among what it collects often: it would go through everything three times a second for them.
    if (bytes.ids.length > 0 && socketOf(conn).writableLength > 0) bytes.whole = Buffer.from(bytes.whole)
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

    /** `authorizeForward`: what a receiver may have of a packet, or null. Asked for every delivery. */
    serve: (authorizeForward: Aedes['authorizeForward']) => void (mayHave = authorizeForward),

    /** These subscriptions of this client are good: it need not be served by Aedes any more. */
    admit: subscribers.admit,
  }
}

/** How many of these, at least one, are good for one go. */
function fitting(publications: readonly Publication[], sizeOf: (payload: Buffer) => number): number {
  let size = 0
  const beyond = publications.findIndex(({ packet }) => (size += sizeOf(bufferOf(packet))) > roundSize)
  return beyond < 0 ? publications.length : Math.max(beyond, 1)
}

const lengthOf = ({ length }: Buffer) => length

const bufferOf = ({ payload }: AedesPublishPacket) => (Buffer.isBuffer(payload) ? payload : Buffer.from(payload))

function bytesOf({ encoded }: Publication, packet: AedesPublishPacket, qos: 0 | 1, carrier: Carrier): Bytes {
  const payload = bufferOf(packet)
  let ready = encoded.get(payload)
  if (!ready) encoded.set(payload, (ready = {}))
  return ((ready[carrier] ??= [])[qos] ??= encodePublication(packet.topic, payload, qos, carrier))
}

/** Most receivers get the very same as the one before them. */
function createJoined() {
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
