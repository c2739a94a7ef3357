import { randomBytes } from 'node:crypto'
import { isoTime, type Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Bus, NodeMessages } from './messages.ts'

export interface MembershipDependencies {
  /** null: this node is alone, and there is nobody to talk to. */
  bus: Bus | null
  clock: Clock
  log: Log
}

export type Membership = ReturnType<typeof createMembership>

/** How often a node says that it is there, and after how long a silence it is not. In milliseconds. */
const beat = 1_000
const silence = 4_000

interface Other {
  heard: number
  leaving: boolean
}

/**
 * The nodes that share one database and one Redis, as this one sees them. The oldest of them leads: what one has to say
 * for all, it says. A node that hears nothing of itself any more is cut off: what it knew of the others stands still,
 * and it goes on for its own clients, as if it were alone, until it has joined again.
 */
export function createMembership({ bus, clock, log }: MembershipDependencies) {
  // Ids sort by when their nodes started. Two may have started in the same millisecond.
  const id = `node-${clock.now().toString(36).padStart(9, '0')}-${randomBytes(3).toString('hex')}`
  const others = new Map<string, Other>()
  const joined: (() => void)[] = []
  const beaten: (() => void)[] = []
  const gone: ((node: string) => void)[] = []
  const led: (() => void)[] = []
  const yielded: (() => void)[] = []
  let awaySince: number | null = clock.now()
  let heardSelf = 0
  let leading = bus === null
  let leaving = false
  let settled = bus === null
  let cancelBeat = () => {}
  let firstJoin = () => {}

  const tell = (listeners: readonly (() => void)[]) => listeners.forEach((listener) => listener())

  function lost(reason: string) {
    if (awaySince !== null) return
    awaySince = clock.now()
    log.warn({ reason }, 'Redis is away: this node goes on for its own clients')
    lead()
  }

  function join() {
    if (awaySince === null) return
    if (settled) log.info({ seconds: Math.round((clock.now() - awaySince) / 1000) }, 'Redis is back')
    awaySince = null
    // While nothing was heard of them nothing was known: they have as long to be heard again as anybody.
    for (const other of others.values()) other.heard = clock.now()
    send('hello', { joined: true })
    firstJoin()
    if (settled) tell(joined)
    lead()
  }

  /** Takes the lead, or gives it up, as things stand now. */
  function lead() {
    const before = leading
    const candidates = [...others].filter(([, other]) => !other.leaving).map(([node]) => node)
    const older = candidates.some((node) => node < id)
    leading = settled && (awaySince !== null || (leaving ? candidates.length === 0 : !older))
    if (leading && !before) tell(led)
    if (!leading && before) tell(yielded)
  }

  function heard(from: string, isLeaving: boolean) {
    if (from === id) {
      heardSelf = clock.now()
      join()
      tell(beaten)
      return
    }
    const known = others.has(from)
    others.set(from, { heard: clock.now(), leaving: isLeaving })
    // It has just come, or had been taken for gone: what it has to say was not listened to.
    if (!known && awaySince === null) send('hello', { joined: false })
    lead()
  }

  function look() {
    const now = clock.now()
    if (awaySince === null && now - heardSelf > silence) lost('nothing comes back')
    if (awaySince !== null) return
    for (const [node, other] of others) {
      if (now - other.heard <= silence) continue
      others.delete(node)
      log.info({ node }, 'a node is gone')
      gone.forEach((listener) => listener(node))
    }
    lead()
  }

  function beatOn() {
    send('alive', { leaving })
    look()
    cancelBeat = clock.after(beat, beatOn)
  }

  function send<Kind extends keyof NodeMessages>(kind: Kind, body: NodeMessages[Kind]) {
    bus?.send(kind, id, body)
  }

  /** Calls `listener` with what the other nodes say. To be called before `start`. */
  function on<Kind extends keyof NodeMessages>(kind: Kind, listener: (body: NodeMessages[Kind], from: string) => void) {
    bus?.on(kind, (body, from) => {
      if (from !== id) listener(body, from)
    })
  }

  bus?.on('alive', (body, from) => heard(from, body.leaving))
  on('hello', () => send('alive', { leaving }))
  bus?.onLost(lost)

  return {
    id,
    /** To all other nodes; lost while this one is cut off. */
    send,
    on,

    /** Whether this node speaks for all. */
    isLeader: () => leading,
    /** Whether this node is about to stop while others go on. */
    isLeaving: () => leaving && others.size > 0,
    /** Whether there is no other. */
    alone: () => others.size === 0,
    /** Since when Redis is away (ISO 8601), or null. */
    awaySince: () => (bus && awaySince !== null ? isoTime(awaySince) : null),

    /** This node has joined the others again: what was said meanwhile was not heard. */
    onRejoin: (listener: () => void) => void joined.push(listener),
    /** Once a second, while this node is one of them. */
    onBeat: (listener: () => void) => void beaten.push(listener),
    /** A node has ended, or is cut off. */
    onGone: (listener: (node: string) => void) => void gone.push(listener),
    /** This node has just begun to lead. */
    onLead: (listener: () => void) => void led.push(listener),
    /** Another one leads from now on. */
    onYield: (listener: () => void) => void yielded.push(listener),

    /** Resolves when the others have had time to answer, or Redis is away. */
    async start() {
      if (!bus) return
      const isJoined = new Promise<void>((resolve) => (firstJoin = resolve))
      await bus.start()
      beatOn()
      const waited = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))
      await Promise.race([isJoined.then(() => waited(beat)), waited(3 * beat)])
      settled = true
      if (awaySince !== null) log.warn('Redis is away: this node goes on for its own clients')
      lead()
    },

    /** Says goodbye: somebody else leads from now on, and takes over what was known of this node's clients. */
    leave() {
      leaving = true
      send('alive', { leaving })
      lead()
    },

    async stop() {
      cancelBeat()
      await bus?.stop()
    },
  }
}
