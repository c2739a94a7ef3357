import { computed, effect, signal } from '@preact/signals-core'
import * as z from 'zod/mini'
import { User } from '#shared/users.ts'
import { createApi } from '../api.ts'
import { ApiError } from '../api-error.ts'
import type { Connect } from '../connection.ts'
import type { Send } from '../http.ts'
import type { Live } from '../live.ts'
import { createRetry } from '../retry.ts'
import type { Callout, Change, ConnectOptions, State } from './callout.d.ts'
import { follow } from './follow.ts'
import { createTokenSource } from './token-source.ts'

/** What differs between a browser and Node. */
export interface Platform {
  transport: Connect
  /** Sends requests to the API of the server at `base`. */
  sendTo(base: string): Send
  /** The server of a connection without a `url`. */
  url?: string
  /** Why the server at `base` cannot be reached, for the developer; null when it can. */
  explain(base: string): Promise<string | null>
  /** Wakes the connection as the page and the network come back. Returns the function that ends it. */
  followPage(live: Pick<Live, 'wake' | 'drop' | 'show'>): () => void
}

const Me = z.object({ user: z.pick(User, { id: true, role: true }) })
/** An API token reads what an admin reads. */
const reader = { id: 'token', role: 'admin' } as const

export const createConnect =
  (platform: Platform) =>
  ({ url = platform.url, token: given, finished = 50 }: ConnectOptions): Callout => {
    if (!url || !URL.canParse(url)) throw new TypeError('connect: "url" is the address of a Callout server: http://…')
    const base = url.replace(/\/+$/, '')
    const listeners = new Set<(change: Change) => void>()
    const phase = signal<State['phase']>('connecting')
    const problem = signal('')
    const ended = signal<State | null>(null)
    const state = computed<State>(
      () => ended.value ?? { phase: phase.value, message: phase.value === 'offline' ? reasonOf() : '' },
    )
    let wasLive = false
    const reasonOf = () => problem.value || (wasLive ? 'The connection was lost. It is being opened again.' : '')
    const stops = new Set<() => void>()

    function end(last: State) {
      if (ended.peek()) return
      ended.value = last
      for (const stop of stops) stop()
    }
    const refuse = ({ message }: ApiError) => end({ phase: 'refused', message })

    const send = platform.sendTo(base)
    const tokens = createTokenSource({
      given,
      isAccepted: (token) =>
        send('/mqtt', { token }).then(
          () => true,
          (error: unknown) => {
            if (error instanceof ApiError && error.status === 401) refuse(error)
            return false
          },
        ),
      onFailure(error) {
        problem.value = `The token function failed: ${textOf(error)}`
        if (phase.peek() === 'connecting') phase.value = 'offline'
      },
    })
    const api = createApi({
      token: () => tokens.token.peek(),
      renew: tokens.renew,
      async send(path, request) {
        try {
          return await send(path, request)
        } catch (error) {
          if (error instanceof ApiError && error.status === 403) refuse(error)
          throw error
        }
      },
    })
    const followed = follow({
      base,
      api,
      tokens,
      transport: platform.transport,
      finished,
      onChange: (change) => listeners.forEach((listener) => listener(change)),
      onFailure(error) {
        // Once for each outage, but at each attempt while the server and this program are being set up.
        if (!wasLive || problem.peek() === '') void explain(error)
      },
    })

    async function explain(error: unknown): Promise<void> {
      const reason = await platform.explain(base)
      if (phase.peek() === 'offline') problem.value = reason ?? textOf(error)
    }

    async function start(): Promise<void> {
      const identify = createRetry()
      stops.add(identify.cancel)
      const me =
        typeof given === 'string'
          ? reader
          : await identify.run(async () => {
              if (!tokens.token.peek()) await tokens.renew()
              return (await api.get('/auth/me', Me)).user
            })
      if (ended.peek()) return
      const live = followed.start(me)
      stops.add(live.stop)
      stops.add(platform.followPage(live))
      stops.add(
        effect(() => {
          phase.value = live.state.value.phase
          if (phase.peek() !== 'live') return
          wasLive = true
          problem.value = ''
        }),
      )
    }

    stops.add(tokens.stop)
    effect(() => {
      void state.value
      followed.changes.state()
    })
    void start().catch((error: unknown) => {
      if (error instanceof ApiError) refuse(error)
    })

    return {
      orders: followed.orders,
      vendors: followed.vendors,
      get state() {
        return state.peek()
      },
      on(_event, listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      close: () => end({ phase: 'closed', message: '' }),
    }
  }

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
