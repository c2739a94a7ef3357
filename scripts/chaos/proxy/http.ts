import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within, type ActiveFaults } from '../config.ts'
import type { Counters } from '../counters.ts'
import { reset } from './endpoints.ts'

/** The header in which clients of the proxy send their name, so that one of them can be cut off. */
export const clientHeader = 'x-chaos-client'

/**
 * A request with this header reaches the server at once and once: a copy of it that arrives later would undo what was
 * requested after it. Its response may still be lost.
 */
export const onceHeader = 'x-chaos-once'

export interface HttpTamperingOptions {
  /** The server's port, read for each request. */
  port: () => number
  random: Random
  faults: ActiveFaults
  counters: Counters
  isOff(client: string): boolean
  onWrite(): void
}

interface Response {
  status: number
  headers: OutgoingHttpHeaders
  body: Buffer
}

/** Forwards requests and responses: delayed, duplicated, reordered, or dropped. */
export function createHttpTampering({ port, random, faults, counters, isOff, onWrite }: HttpTamperingOptions) {
  const { http } = config
  const agent = new Agent({ keepAlive: true, noDelay: true })
  /** By client: resumes a request that waits to be overtaken. */
  const overtaken = new Map<string, () => void>()
  const happensIfReordering = (probability: number) => faults.reordering && random.chance(probability)
  const happensIfDisruptive = (probability: number) => faults.disruptive && random.chance(probability)

  function forward(request: IncomingMessage, body: Buffer): Promise<Response> {
    const {
      [clientHeader]: _client,
      [onceHeader]: _once,
      connection: _hop,
      host: _host,
      ...forwarded
    } = request.headers
    if (request.method !== 'GET') onWrite()
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        host: '127.0.0.1',
        port: port(),
        path: request.url,
        method: request.method,
        headers: forwarded,
        agent,
      })
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const {
            connection: _connection,
            'keep-alive': _keepAlive,
            'transfer-encoding': _encoding,
            ...headers
          } = response.headers
          const whole = Buffer.concat(chunks)
          resolve({
            status: response.statusCode ?? 502,
            headers: { ...headers, 'content-length': whole.length },
            body: whole,
          })
        })
      })
      outgoing.end(body)
    })
  }

  async function wait() {
    if (!happensIfReordering(http.delay)) return
    counters.delayed++
    await sleep(within(random, http.delayFor))
  }

  /** Waits until the next request of this client has passed. */
  async function waitToBeOvertaken(client: string) {
    if (overtaken.has(client) || !happensIfReordering(http.overtaken)) return
    await new Promise<void>((resolve) => {
      const resume = () => {
        clearTimeout(timer)
        overtaken.delete(client)
        resolve()
      }
      const timer = setTimeout(resume, http.overtakenWithin)
      overtaken.set(client, () => {
        counters.reordered++
        resume()
      })
    })
  }

  /** Sends the request once or twice, and returns one of the responses. */
  async function forwardMaybeTwice(request: IncomingMessage, body: Buffer): Promise<Response> {
    const first = forward(request, body)
    if (!happensIfReordering(http.duplicate)) return first
    counters.duplicated++
    const second = sleep(random.chance(0.5) ? 0 : within(random, http.duplicateAfter)).then(() =>
      forward(request, body),
    )
    const [returned, other] = random.chance(0.5) ? [first, second] : [second, first]
    other.catch(() => {})
    return returned
  }

  function respond(response: ServerResponse, { status, headers, body }: Response) {
    response.writeHead(status, headers)
    if (!happensIfDisruptive(http.truncatedResponse)) return response.end(body)
    counters.cuts++
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const client = String(request.headers[clientHeader] ?? '')
    if (isOff(client)) return reset(request.socket)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const body = Buffer.concat(chunks)
    const once = onceHeader in request.headers
    if (!once) {
      await wait()
      await waitToBeOvertaken(client)
    }
    const forwarded = once ? forward(request, body) : forwardMaybeTwice(request, body)
    overtaken.get(client)?.()
    const result = await forwarded
    await wait()
    if (isOff(client)) return reset(request.socket)
    if (happensIfDisruptive(http.dropResponse)) {
      counters.droppedResponses++
      await sleep(within(random, http.dropAfter))
      return reset(request.socket)
    }
    respond(response, result)
  }

  return {
    handle(request: IncomingMessage, response: ServerResponse) {
      response.on('error', () => {})
      handle(request, response).catch(() => reset(request.socket))
    },
    end: () => agent.destroy(),
  }
}
