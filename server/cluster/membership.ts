import { randomBytes } from 'node:crypto'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Bus, NodeMessages } from './messages.ts'

export interface MembershipDependencies {
  /** null on a single node. */
  bus: Bus | null
  clock: Clock
  log: Log
}

export type Membership = ReturnType<typeof createMembership>

/** In milliseconds. A node that sends no heartbeat for `timeout` counts as failed. */
const heartbeatInterval = 1_000
const timeout = 4_000

interface Peer {
  lastHeartbeat: number
  leaving: boolean
}

/**
 * Which nodes share this database and Redis, as this node sees it. The oldest node is the leader and publishes what one
 * node has to publish for all. A node that no longer receives its own heartbeat is disconnected: it freezes its view of
 * its peers and acts as the leader for its own clients until it rejoins.
 */
export function createMembership({ bus, clock, log }: MembershipDependencies) {
  // Ids sort by start time; the random suffix separates nodes that start in the same millisecond.
  const id = `node-${clock.now().toString(36).padStart(9, '0')}-${randomBytes(3).toString('hex')}`
  const peers = new Map<string, Peer>()
  const rejoinListeners: (() => void)[] = []
  const heartbeatListeners: (() => void)[] = []
  const nodeLostListeners: ((node: string) => void)[] = []
  const leadershipGainedListeners: (() => void)[] = []
  const leadershipLostListeners: (() => void)[] = []
  let disconnectedAt: number | null = clock.now()
  let lastOwnHeartbeat = 0
  let isLeader = bus === null
  let leaving = false
  /** False until the peers have had time to respond to this node's start. */
  let settled = bus === null
  let cancelHeartbeat = () => {}
  let resolveFirstJoin = () => {}

  const notify = (listeners: readonly (() => void)[]) => listeners.forEach((listener) => listener())

  function disconnected(reason: string) {
    if (disconnectedAt !== null) return
    disconnectedAt = clock.now()
    log.warn({ reason }, 'Redis is unavailable: this node serves its own clients only')
    electLeader()
  }

  function joined() {
    if (disconnectedAt === null) return
    if (settled) log.info({ seconds: Math.round((clock.now() - disconnectedAt) / 1000) }, 'Redis is available again')
    disconnectedAt = null
    // Restart the peers' timeouts: while this node was disconnected, their silence proves nothing.
    for (const peer of peers.values()) peer.lastHeartbeat = clock.monotonic()
    send('hello', { joined: true })
    resolveFirstJoin()
    if (settled) notify(rejoinListeners)
    electLeader()
  }

  /** Each node computes the leader from its own view; there is no vote. */
  function electLeader() {
    const wasLeader = isLeader
    const candidates = [...peers].filter(([, peer]) => !peer.leaving).map(([node]) => node)
    const isOldest = candidates.every((node) => node > id)
    isLeader = settled && (disconnectedAt !== null || (leaving ? candidates.length === 0 : isOldest))
    if (isLeader && !wasLeader) notify(leadershipGainedListeners)
    if (!isLeader && wasLeader) notify(leadershipLostListeners)
  }

  function heartbeatReceived(from: string, isLeaving: boolean) {
    if (from === id) {
      lastOwnHeartbeat = clock.monotonic()
      joined()
      notify(heartbeatListeners)
      return
    }
    const isNew = !peers.has(from)
    peers.set(from, { lastHeartbeat: clock.monotonic(), leaving: isLeaving })
    // The node is new or had timed out, so this node has missed its messages.
    if (isNew && disconnectedAt === null) send('hello', { joined: false })
    electLeader()
  }

  function checkTimeouts() {
    const now = clock.monotonic()
    if (disconnectedAt === null && now - lastOwnHeartbeat > timeout) disconnected('own heartbeat not received')
    if (disconnectedAt !== null) return
    for (const [node, peer] of peers) {
      if (now - peer.lastHeartbeat <= timeout) continue
      peers.delete(node)
      log.info({ node }, 'a node has left')
      nodeLostListeners.forEach((listener) => listener(node))
    }
    electLeader()
  }

  function heartbeat() {
    send('alive', { leaving })
    checkTimeouts()
    cancelHeartbeat = clock.after(heartbeatInterval, heartbeat)
  }

  function send<Kind extends keyof NodeMessages>(kind: Kind, body: NodeMessages[Kind]) {
    bus?.send(kind, id, body)
  }

  function on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void) {
    bus?.on(kind, (body, from) => {
      if (from !== id) listener(body, from)
    })
  }

  bus?.on('alive', (body, from) => heartbeatReceived(from, body.leaving))
  on('hello', () => send('alive', { leaving }))
  bus?.onLost(disconnected)

  return {
    id,
    /** Sends to all other nodes. The message is lost while this node is disconnected. */
    send,
    /** Calls `listener` for each message of the other nodes. To be called before `start`. */
    on,

    isLeader: () => isLeader,
    /** Whether this node is stopping while other nodes continue. */
    isLeaving: () => leaving && peers.size > 0,
    isAlone: () => peers.size === 0,
    /** Since when Redis is unavailable (ISO 8601), or null. */
    disconnectedSince: () => (bus && disconnectedAt !== null ? isoTime(disconnectedAt) : null),

    /** This node is connected again and has missed messages meanwhile. */
    onRejoin: (listener: () => void) => void rejoinListeners.push(listener),
    /** Once a second, while this node is connected. */
    onHeartbeat: (listener: () => void) => void heartbeatListeners.push(listener),
    /** A node has stopped, crashed or lost its connection. */
    onNodeLost: (listener: (node: string) => void) => void nodeLostListeners.push(listener),
    onLeadershipGained: (listener: () => void) => void leadershipGainedListeners.push(listener),
    onLeadershipLost: (listener: () => void) => void leadershipLostListeners.push(listener),

    /** Resolves when the peers have had time to respond, or Redis is unavailable. */
    async start() {
      if (!bus) return
      const firstJoin = new Promise<void>((resolve) => (resolveFirstJoin = resolve))
      await bus.start()
      heartbeat()
      const delay = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))
      await Promise.race([firstJoin.then(() => delay(heartbeatInterval)), delay(3 * heartbeatInterval)])
      settled = true
      if (disconnectedAt !== null) log.warn('Redis is unavailable: this node serves its own clients only')
      electLeader()
    },

    /** Announces that this node stops, so that another node becomes the leader and takes over its clients' presence. */
    leave() {
      leaving = true
      send('alive', { leaving })
      electLeader()
    },

    async stop() {
      cancelHeartbeat()
      await bus?.stop()
    },
  }
}
