import { effect, signal, type ReadonlySignal } from '@preact/signals-core'
import { isRefused, type Connect, type Connection } from './connection.ts'
import { createRetryTimer, type SetTimer } from './retry.ts'
import { readOnly } from './read-only.ts'

/** `since`: when the connection was lost, in milliseconds by the server's clock. */
export type LiveState = { phase: 'connecting' | 'catching_up' | 'live' } | { phase: 'offline'; since: number }

export interface LiveDependencies {
  /** Loads the transport, which is a chunk of its own. */
  transport(): Promise<Connect>
  url: string
  username: string
  token: ReadonlySignal<string | null>
  /** Called when the broker refuses the token. */
  renew(): Promise<boolean>
  filters: readonly string[]
  /** Those to subscribe to besides, while the page is shown. */
  filtersWhileShown?: readonly string[]
  onMessage(topic: string, payload: string): void
  /** Called after each subscription: reads the missed changes. Rejects when it could not. */
  catchUp(): Promise<void>
  /**
   * A request that rejects while the server is unreachable and renews an expired token. Sent before each attempt once two
   * have failed: browsers delay WebSockets after failures (Chromium by up to five seconds), but not requests.
   */
  reach(): Promise<unknown>
  /** Called with the reason why an attempt to connect failed. */
  onFailure?(error: unknown): void
  now(): number
  setTimer?: SetTimer
}

export type Live = ReturnType<typeof createLive>

/** Caps the back-off at 2 s, so that pages are live within seconds of the server's return. */
const limits = { first: 250, most: 2_000 }

/**
 * The app's one live connection. Each attempt opens a new connection and subscribes; then it reads the missed changes, then
 * it is live. When the token is renewed, a second connection is opened before the first is closed, so no message is
 * missed. Both deliver for a moment; duplicates are ignored by version.
 */
export function createLive(deps: LiveDependencies) {
  const { filtersWhileShown = [] } = deps
  // A start without a token means that the server was unreachable.
  const state = signal<LiveState>(deps.token.peek() ? { phase: 'connecting' } : { phase: 'offline', since: deps.now() })
  let current: Connection | null = null
  let stopped = false
  let connecting = false
  let shown = true
  let renewedLast = false
  let running: { connection: Connection; done: Promise<void> } | null = null
  const reconnect = createRetryTimer(limits, deps.setTimer)
  const readAgain = createRetryTimer({ first: 1_000, most: 1_000 }, deps.setTimer)
  let usedToken: string | null = null
  /** Filters that parts of the page follow while they are shown, and how many do. */
  const followed = new Map<string, number>()

  async function open(): Promise<void> {
    if (stopped || connecting || !deps.token.peek() || (current && deps.token.peek() === usedToken)) return
    connecting = true
    try {
      if (reconnect.failures() > 1) await deps.reach()
      const connect = await deps.transport()
      const token = deps.token.peek()
      if (!token) throw new Error('signed out while connecting')
      usedToken = token
      const { url, username, onMessage } = deps
      const isShown = shown
      const filters = isShown ? [...deps.filters, ...filtersWhileShown] : deps.filters
      let mine: Connection | null = null
      mine = await connect({ url, username, password: token, filters, onMessage, onClose: () => closed(mine) })
      if (stopped) return mine.close()
      takeOver(mine)
      if (shown !== isShown) await subscribeAsShown(mine)
      await subscribeFollowed(mine, [...followed.keys()])
    } catch (error) {
      deps.onFailure?.(error)
      // The token expired while there was no connection: connect with the new one at once.
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
    // The token was renewed while this connection was being opened.
    if (deps.token.peek() !== usedToken) void open()
  }

  function takeOver(next: Connection) {
    const previous = current
    current = next
    previous?.close()
  }

  async function subscribeAsShown(connection: Connection): Promise<void> {
    if (filtersWhileShown.length === 0) return
    try {
      await (shown ? connection.subscribe(filtersWhileShown) : connection.unsubscribe(filtersWhileShown))
    } catch {
      // The next connection subscribes to what is wanted then.
      connection.close()
    }
  }

  /** Not among the filters of the connection: a refusal must not keep the page from being live. */
  async function subscribeFollowed(connection: Connection, filters: readonly string[]): Promise<void> {
    if (filters.length > 0) await connection.subscribe(filters).catch(() => {})
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

  /** One run per connection: a second call joins it, as this connection already delivers newer changes. */
  function catchUp(): Promise<void> {
    const connection = current
    if (!connection) return Promise.resolve()
    if (running?.connection !== connection) {
      const mine = {
        connection,
        done: readMissed(connection).finally(() => void (running === mine && (running = null))),
      }
      running = mine
    }
    return running.done
  }

  async function readMissed(connection: Connection): Promise<void> {
    if (state.value.phase !== 'live') state.value = { phase: 'catching_up' }
    try {
      await deps.catchUp()
      if (connection === current && state.peek().phase !== 'live') state.value = { phase: 'live' }
    } catch {
      // Connected, but the missed changes could not be read, so the page may be out of date.
      if (connection !== current) return
      state.value = { phase: 'catching_up' }
      readAgain.failed(() => void catchUp())
    }
  }

  function wake(): void {
    if (current) void catchUp()
    else void open()
  }

  return {
    state: readOnly<LiveState>(state),
    /** Returns the function that stops it. */
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
    /** The network or the tab is back: connect without waiting for the next attempt, or read missed changes. */
    wake,
    /** The page is shown or hidden from now on. When it is shown, it reads what it has missed. */
    async show(isShown: boolean): Promise<void> {
      const isNew = isShown !== shown
      shown = isShown
      if (current && isNew) await subscribeAsShown(current)
      // A run that began before the subscription may miss a change.
      await running?.done
      if (shown) wake()
    },
    /** Subscribes to one more filter until the returned function is called. `granted`: what is published now arrives. */
    follow(filter: string, granted = () => {}): () => void {
      const before = followed.get(filter) ?? 0
      followed.set(filter, before + 1)
      if (before === 0 && current) void subscribeFollowed(current, [filter]).then(granted)
      return () => {
        const left = (followed.get(filter) ?? 1) - 1
        if (left > 0) return void followed.set(filter, left)
        followed.delete(filter)
        void current?.unsubscribe([filter]).catch(() => {})
      }
    },
    /** The network is gone: close now instead of at the next keep-alive. */
    drop(): void {
      const connection = current
      closed(connection)
      connection?.close()
    },
    /** Resolves when the broker has acknowledged it; rejects without a connection. */
    async publish(topic: string, payload: string): Promise<void> {
      if (!current) throw new Error('not connected')
      await current.publish(topic, payload)
    },
  }
}
