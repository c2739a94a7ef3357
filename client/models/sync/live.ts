import { effect, signal, type ReadonlySignal } from '@preact/signals'
import { isRefused, type Connect, type Connection } from '../../live/connection.ts'
import { createRetryTimer, type Later } from './retry.ts'

/** `since`: the moment the connection was lost, in milliseconds by the server's clock. */
export type LiveState = { phase: 'connecting' | 'catching_up' | 'live' } | { phase: 'offline'; since: number }

export interface LiveDependencies {
  /** Loads the transport; a chunk of its own, so it is asked for when first needed. */
  transport(): Promise<Connect>
  url: string
  username: string
  token: ReadonlySignal<string | null>
  /** Asked for when the broker does not accept the token. */
  renew(): Promise<boolean>
  filters: readonly string[]
  onMessage(topic: string, payload: string): void
  /** Called each time the subscriptions stand: reads what was missed. Rejects when it could not. */
  catchUp(): Promise<void>
  /**
   * Rejects while the server cannot be reached, and renews a token that has run out: asked before every attempt once two
   * have failed. A browser delays WebSockets that have failed often, Chromium by up to five seconds; a request it does not.
   */
  reach(): Promise<unknown>
  now(): number
  later?: Later
}

export type Live = ReturnType<typeof createLive>

/** Caps the back-off at 2 s, so that pages are live within seconds of the server's return. */
const limits = { first: 250, most: 2_000 }

/**
 * The one live connection of the app. Every attempt is a new connection, subscribed; then catch up, then live. When the
 * token is renewed a second connection is made with it and takes over before the first one is closed, so nobody
 * notices and nothing is missed; both deliver for a moment, which versions make harmless.
 */
export function createLive(deps: LiveDependencies) {
  // Without a token there was no server to give one.
  const state = signal<LiveState>(deps.token.peek() ? { phase: 'connecting' } : { phase: 'offline', since: deps.now() })
  let current: Connection | null = null
  let stopped = false
  let connecting = false
  let renewedLast = false
  let catching: { connection: Connection; done: Promise<void> } | null = null
  const reconnect = createRetryTimer(limits, deps.later)
  const readAgain = createRetryTimer({ first: 1_000, most: 1_000 }, deps.later)
  let usedToken: string | null = null

  async function open(): Promise<void> {
    if (stopped || connecting || !deps.token.peek() || (current && deps.token.peek() === usedToken)) return
    connecting = true
    try {
      if (reconnect.failures() > 1) await deps.reach()
      const connect = await deps.transport()
      const token = deps.token.peek()
      if (!token) throw new Error('signed out meanwhile')
      usedToken = token
      const { url, username, filters, onMessage } = deps
      let mine: Connection | null = null
      mine = await connect({ url, username, password: token, filters, onMessage, onClose: () => closed(mine) })
      if (stopped) return mine.close()
      takeOver(mine)
    } catch (error) {
      // A token that ran out while there was no connection: with a new one there is no reason to wait.
      const renewed = isRefused(error) && (await deps.renew().catch(() => false))
      if (!current) lost()
      if (renewed && !renewedLast) retryAtOnce()
      else retry()
      renewedLast = renewed
      return
    } finally {
      connecting = false
    }
    reconnect.succeeded()
    renewedLast = false
    await catchUp()
    // A token that came while this connection was being made.
    if (deps.token.peek() !== usedToken) void open()
  }

  function takeOver(next: Connection) {
    const previous = current
    current = next
    previous?.close()
  }

  function closed(connection: Connection | null) {
    if (stopped || connection !== current || !current) return
    current = null
    lost()
    retry()
  }

  function lost() {
    if (state.value.phase !== 'offline') state.value = { phase: 'offline', since: deps.now() }
  }

  const openAgain = () => void open()

  function retry() {
    if (!stopped) reconnect.failed(openAgain)
  }

  function retryAtOnce() {
    if (!stopped) reconnect.schedule(openAgain, 0)
  }

  /** Once a connection: what is asked for while it is under way has come over that connection already. */
  function catchUp(): Promise<void> {
    const connection = current
    if (!connection) return Promise.resolve()
    if (catching?.connection !== connection) {
      const mine = {
        connection,
        done: readMissed(connection).finally(() => void (catching === mine && (catching = null))),
      }
      catching = mine
    }
    return catching.done
  }

  async function readMissed(connection: Connection): Promise<void> {
    if (state.value.phase !== 'live') state.value = { phase: 'catching_up' }
    try {
      await deps.catchUp()
      if (connection === current && state.peek().phase !== 'live') state.value = { phase: 'live' }
    } catch {
      // Connected, but what was missed could not be read: what is shown is not known to be current.
      if (connection !== current) return
      state.value = { phase: 'catching_up' }
      readAgain.failed(() => void catchUp())
    }
  }

  return {
    state: state as ReadonlySignal<LiveState>,
    /** Begins, and returns how to end. */
    start(): () => void {
      const stopWatching = effect(() => {
        const token = deps.token.value
        if (token && token !== usedToken) void open()
      })
      return () => {
        stopped = true
        stopWatching()
        current?.close()
        current = null
      }
    },
    /** The network or the tab is back: do not wait for the next attempt, and make sure nothing was missed. */
    wake(): void {
      if (current) void catchUp()
      else void open()
    },
    /** The network is gone: what would be noticed at the next keep-alive is so now. */
    drop(): void {
      const connection = current
      closed(connection)
      connection?.close()
    },
    /** Resolves when the broker has it; rejects when there is no connection. */
    async publish(topic: string, payload: string): Promise<void> {
      if (!current) throw new Error('not connected')
      await current.publish(topic, payload)
    },
  }
}
