import { ApiError, errorFrom, offlineError } from '../../../client/models/session/api-error.ts'
import { config } from '../config.ts'
import { clientHeader, onceHeader } from '../proxy/http.ts'

export interface Request {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  body?: unknown
  token?: string | null
  headers?: Record<string, string>
}

/** Headers of a request that must not arrive twice. */
export const once = { [onceHeader]: 'yes' }

export interface Sent {
  body: unknown
  /** The refresh cookie, `name=value`, if the response sets one. */
  cookie: string | null
}

/**
 * Sends requests to `/api` for one client, as client/models/session/http.ts does in a page; rejects with an ApiError.
 * After `timeout` ms a request fails, so that requests to a frozen server are retried.
 */
export function createSend(origin: string, client: string, timeout: number = config.http.timeout) {
  return async (path: string, { method = 'GET', body, token, headers }: Request = {}): Promise<Sent> => {
    const isPicture = body instanceof Uint8Array
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: {
        accept: 'application/json',
        [clientHeader]: client,
        ...(body === undefined ? {} : { 'content-type': isPicture ? 'image/jpeg' : 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: isPicture ? Buffer.from(body) : body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout),
    }).catch(() => {
      throw offlineError()
    })
    const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? null
    if (response.status === 204) return { body: null, cookie }
    const isImage = response.headers.get('content-type')?.startsWith('image/') ?? false
    const responseBody: unknown = await (
      isImage ? response.arrayBuffer().then((bytes) => new Uint8Array(bytes)) : response.json()
    ).catch(() => {
      // The response was cut off, so its content is unknown.
      throw offlineError()
    })
    if (!response.ok) throw errorFrom(response.status, responseBody)
    return { body: responseBody, cookie }
  }
}

export type Send = ReturnType<typeof createSend>

/** Whether the response is final. All other errors are retried. */
export const isDefinite = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status)
