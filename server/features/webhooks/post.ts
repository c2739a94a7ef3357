import { request as requestHttp, type Agent, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { WebhookAttempt } from '#shared/webhooks.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'

export interface PostDependencies {
  /** Whether private, loopback and link-local addresses may be called. */
  allowPrivate: boolean
  clock: Clock
  /** The time for one request and its answer, in ms. */
  answerWithin?: number
}

export interface Message {
  url: string
  headers: Record<string, string>
  body: string
}

export type Post = ReturnType<typeof createPost>

/** An answer is read up to this size, in bytes, then the connection is closed. */
const mostRead = 65_536
/** What is kept of it, in characters. */
const mostKept = 1_000

/**
 * Sends one request, follows no redirect, and resolves to what came of it. The status line decides: the rest of an answer
 * that is too long or never ends is cut off. Addresses are checked after the name is resolved, for each connection.
 */
export function createPost({ allowPrivate, clock, answerWithin = 10_000 }: PostDependencies) {
  let agents: Promise<Record<'http:' | 'https:', Agent>> | null = null

  async function createAgents() {
    const { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } = await import('request-filtering-agent')
    const options = { allowPrivateIPAddress: allowPrivate }
    return { 'http:': new RequestFilteringHttpAgent(options), 'https:': new RequestFilteringHttpsAgent(options) }
  }

  return async function post({ url, headers, body }: Message, stopped: AbortSignal): Promise<WebhookAttempt> {
    agents ??= createAgents()
    const secure = url.startsWith('https:')
    const agent = (await agents)[secure ? 'https:' : 'http:']
    const timeout = AbortSignal.timeout(answerWithin)
    const signal = AbortSignal.any([stopped, timeout])
    const startedAt = clock.monotonic()
    const attempt = { at: isoTime(clock.now()), status: null, error: null, detail: null, response: null }
    const durationMs = () => Math.round(clock.monotonic() - startedAt)
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = secure ? requestHttps : requestHttp
        request(url, { method: 'POST', agent, headers, signal }, resolve).on('error', reject).end(body)
      })
      const status = answer.statusCode ?? 0
      const response = await beginningOf(answer)
      return { ...attempt, status, error: errorOfStatus(status), response, durationMs: durationMs() }
    } catch (error) {
      return { ...attempt, ...failureOf(error, timeout.aborted), durationMs: durationMs() }
    }
  }
}

function errorOfStatus(status: number): WebhookAttempt['error'] {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? 'redirect' : 'status'
}

/** The body as text, as far as it arrives. Resolves when the connection is no longer needed. */
function beginningOf(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = () => {
      answer.destroy()
      resolve(Buffer.concat(chunks).toString().slice(0, mostKept))
    }
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= mostRead) end()
    })
    answer.on('end', end).on('error', end).on('close', end)
  })
}

function failureOf(error: unknown, timedOut: boolean): Pick<WebhookAttempt, 'error' | 'detail'> {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = (message || code).slice(0, mostKept)
  if (timedOut) return { error: 'timeout', detail: null }
  // request-filtering-agent has no code for its refusal.
  if (/^DNS lookup .* is not allowed/.test(message)) return { error: 'private_address', detail }
  if (/CERT|UNABLE_TO_|HOSTNAME_MISMATCH/.test(code)) return { error: 'certificate', detail: `${message} (${code})` }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { error: 'unknown_host', detail }
  return { error: 'connection', detail }
}
