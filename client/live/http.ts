import { offlineError, type ApiError } from './api-error.ts'

/** In ms. */
const requestTimeout = 15_000

export interface Request {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  body?: unknown
  token?: string | null
  headers?: Record<string, string>
  /** Lets the request outlive the page: the response sets a cookie that must not be lost. */
  keepalive?: boolean
}

/** One request to the API: resolves to the parsed body (null for 204), rejects with an ApiError. */
export type Send = (path: string, request?: Request) => Promise<unknown>

export interface SendOptions {
  /** The address of the API: `/api`, or with an origin. */
  base: string
  errorFrom(status: number, body: unknown): ApiError
  /** Called with the server's time, and when the request was sent and answered by the local clock. */
  observeTime?(time: string | null, sentAt: number, receivedAt: number): void
}

export const createSend =
  ({ base, errorFrom, observeTime }: SendOptions): Send =>
  async (path, { method = 'GET', body, token, headers, keepalive }: Request = {}) => {
    const sentAt = Date.now()
    const response = await fetch(base + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeout),
      keepalive,
    }).catch(() => {
      throw offlineError()
    })
    observeTime?.(response.headers.get('server-time') ?? response.headers.get('date'), sentAt, Date.now())
    if (response.status === 204) return null

    const parsed: unknown = await response.json().catch(() => undefined)
    if (!response.ok || parsed === undefined) throw errorFrom(response.status, parsed)
    return parsed
  }
