import { errorFrom, offlineError } from './api-error.ts'
import { basePath } from './base-path.ts'
import { clock } from '../sync/clock.ts'

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

/** One request to `/api`: resolves to the parsed body (null for 204), rejects with an ApiError. */
export async function send(
  path: string,
  { method = 'GET', body, token, headers, keepalive }: Request = {},
): Promise<unknown> {
  const sentAt = Date.now()
  const response = await fetch(`${basePath}/api${path}`, {
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
  clock.observe(response.headers.get('server-time') ?? response.headers.get('date'), sentAt, Date.now())
  if (response.status === 204) return null

  const parsed: unknown = await response.json().catch(() => undefined)
  if (!response.ok || parsed === undefined) throw errorFrom(response.status, parsed)
  return parsed
}
