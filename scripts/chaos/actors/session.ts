import { signal } from '@preact/signals'
import { SignedIn, type User } from '#shared/users.ts'
import type { Api } from '../../../client/models/session/api.ts'
import { ApiError } from '../../../client/models/session/api-error.ts'
import type { Tally } from '../counters.ts'
import { createSend, type Request } from './send.ts'

export interface Account {
  user: User
  password: string
}

export interface SessionOptions {
  /** Where the API is. */
  origin: string
  client: string
  account: Account
  /** How long it waits for an answer, in ms. */
  patience?: number
  tally: Pick<Tally, 'renewals' | 'signIns'>
}

export type Session = ReturnType<typeof createSession>

/**
 * Somebody who is signed in and stays so, as client/models/session/session.ts does it in a page: the token is renewed in time
 * and when it is refused. Where a page would ask for the password again, this signs in again.
 */
export function createSession({ origin, client, account, patience, tally }: SessionOptions) {
  const send = createSend(origin, client, patience)
  const token = signal<string | null>(null)
  let cookie: string | null = null
  let renewal: NodeJS.Timeout | undefined
  let renewing: Promise<boolean> | null = null
  let ended = false

  function enter(sent: { body: unknown; cookie: string | null }) {
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
    tally.signIns++
    const { email } = account.user
    enter(await send('/auth/login', { method: 'POST', body: { email, password: account.password } }))
  }

  async function refresh(): Promise<boolean> {
    try {
      if (cookie === null) await signIn()
      else enter(await send('/auth/refresh', { method: 'POST', headers: { cookie } }))
      tally.renewals++
      return true
    } catch (error) {
      // The answer to the last renewal was lost, so the cookie is an old one: the session has ended.
      if (error instanceof ApiError && error.status === 401) cookie = null
      renewIn(500)
      throw error
    }
  }

  function renew(): Promise<boolean> {
    renewing ??= refresh().finally(() => (renewing = null))
    return renewing
  }

  async function ask(path: string, request: Request): Promise<unknown> {
    const used = token.peek()
    try {
      return (await send(path, { ...request, token: used })).body
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      if (token.peek() === used && !(await renew())) throw error
      return (await send(path, { ...request, token: token.peek() })).body
    }
  }

  /** As createApi of client/models/session/api.ts, which asks the page's own origin. */
  const api: Api = {
    get: async (path, schema) => schema.parse(await ask(path, {})),
    post: async (path, schema, body, headers) => schema.parse(await ask(path, { method: 'POST', body, headers })),
    patch: async (path, schema, body) => schema.parse(await ask(path, { method: 'PATCH', body })),
    remove: async (path) => void (await ask(path, { method: 'DELETE' })),
  }

  return {
    me: account.user,
    api,
    token,
    renew,
    signIn,
    end() {
      ended = true
      clearTimeout(renewal)
    },
  }
}
