import { ApiError, errorFrom, offlineError } from '../../../client/models/session/api-error.ts'
import { config } from '../config.ts'
import { clientHeader } from '../proxy/http.ts'

export interface Request {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  token?: string | null
  headers?: Record<string, string>
}

export interface Sent {
  body: unknown
  /** The refresh cookie, `name=value`, if one was set. */
  cookie: string | null
}

/**
 * Requests to `/api` of one client, as client/models/session/http.ts makes them in a page: rejects with an ApiError. Nobody
 * waits for longer than `patience`, in ms: a server that is frozen is tried again.
 */
export function createSend(origin: string, client: string, patience: number = config.http.patience) {
  return async (path: string, { method = 'GET', body, token, headers }: Request = {}): Promise<Sent> => {
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: {
        accept: 'application/json',
        [clientHeader]: client,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    }).catch(() => {
      throw offlineError()
    })
    const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? null
    if (response.status === 204) return { body: null, cookie }
    const answer: unknown = await response.json().catch(() => {
      // Cut off in the middle of the answer: what it was is not known.
      throw offlineError()
    })
    if (!response.ok) throw errorFrom(response.status, answer)
    return { body: answer, cookie }
  }
}

export type Send = ReturnType<typeof createSend>

/** Whether another try would change nothing: everything else is tried again. */
export const isDefinite = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status)
