import { signal } from '@preact/signals'
import { SignedIn, type User } from '#shared/users.ts'
import type { Api } from '../../../client/live/api.ts'
import { ApiError } from '../../../client/models/session/api-error.ts'
import type { Counters } from '../counters.ts'
import { createSend, type Request } from './send.ts'

export interface Account {
  user: User
  password: string
}

export interface SessionOptions {
  /** Origin of the API. */
  origin: string
  client: string
  account: Account
  /** Timeout of a request, in ms. */
  timeout?: number
  counters: Pick<Counters, 'renewals' | 'signIns'>
}

export type Session = ReturnType<typeof createSession>

/**
 * A session that renews its token before it expires and when it is refused, as client/models/session/session.ts does in
 * a page. Where a page would ask for the password, this signs in again.
 */
export function createSession({ origin, client, account, timeout, counters }: SessionOptions) {
  const send = createSend(origin, client, timeout)
  const token = signal<string | null>(null)
  let cookie: string | null = null
  let renewal: NodeJS.Timeout | undefined
  let renewing: Promise<boolean> | null = null
  let ended = false

  function applySignIn(sent: { body: unknown; cookie: string | null }) {
    const { accessToken, expiresIn } = SignedIn.parse(sent.body)
    cookie = sent.cookie
    token.value = accessToken
    renewIn(expiresIn * 750)
  }

  function renewIn(milliseconds: number) {
    clearTimeout(renewal)
    if (!ended) renewal = setTimeout(() => void renew().catch(() => {}), milliseconds)
  }

  async function signIn() {
    counters.signIns++
    const { email } = account.user
    applySignIn(await send('/auth/login', { method: 'POST', body: { email, password: account.password } }))
  }

  async function refresh(): Promise<boolean> {
    try {
      if (cookie === null) await signIn()
      else applySignIn(await send('/auth/refresh', { method: 'POST', headers: { cookie } }))
      counters.renewals++
      return true
    } catch (error) {
      // The response of the previous renewal was lost, so the cookie is outdated and the session has ended.
      if (error instanceof ApiError && error.status === 401) cookie = null
      renewIn(500)
      throw error
    }
  }

  function renew(): Promise<boolean> {
    renewing ??= refresh().finally(() => (renewing = null))
    return renewing
  }

  async function request(path: string, options: Request): Promise<unknown> {
    const used = token.peek()
    try {
      return (await send(path, { ...options, token: used })).body
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      if (token.peek() === used && !(await renew())) throw error
      return (await send(path, { ...options, token: token.peek() })).body
    }
  }

  /** Like createApi of client/live/api.ts, for another origin. */
  const api: Api = {
    get: async (path, schema) => schema.parse(await request(path, {})),
    post: async (path, schema, body, headers) => schema.parse(await request(path, { method: 'POST', body, headers })),
    put: async (path, schema, body) => schema.parse(await request(path, { method: 'PUT', body })),
    patch: async (path, schema, body) => schema.parse(await request(path, { method: 'PATCH', body })),
    remove: async (path) => void (await request(path, { method: 'DELETE' })),
  }

  return {
    me: account.user,
    api,
    token,
    renew,
    signIn,
    /** For a request with a header of its own. */
    request,
    end() {
      ended = true
      clearTimeout(renewal)
    },
  }
}
