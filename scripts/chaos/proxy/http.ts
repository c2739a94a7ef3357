import { Agent, request as ask, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { config, within, type Mood } from '../config.ts'
import type { Tally } from '../counters.ts'
import { reset } from './endpoints.ts'

/** Clients of the proxy say who they are, so that one of them can be cut off. */
export const clientHeader = 'x-chaos-client'

export interface HttpTamperingOptions {
  /** Of the server, asked for each request. */
  port: () => number
  random: Random
  mood: Mood
  tally: Tally
  isOff(client: string): boolean
  onWrite(): void
}

interface Answer {
  status: number
  headers: OutgoingHttpHeaders
  body: Buffer
}

/** Carries requests to the server and answers back: late, twice, in another order, or not at all. */
export function createHttpTampering({ port, random, mood, tally, isOff, onWrite }: HttpTamperingOptions) {
  const { http } = config
  const agent = new Agent({ keepAlive: true, noDelay: true })
  /** Per client: a request that lets the next one pass. */
  const overtaken = new Map<string, () => void>()
  const happens = (probability: number) => mood.mild && random.chance(probability)
  const happensRoughly = (probability: number) => mood.rough && random.chance(probability)

  function forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { [clientHeader]: _client, connection: _connection, host: _host, ...headers } = request.headers
    if (request.method !== 'GET') onWrite()
    return new Promise((resolve, reject) => {
      const asked = ask({ host: '127.0.0.1', port: port(), path: request.url, method: request.method, headers, agent })
      asked.on('error', reject)
      asked.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const { connection: _ended, 'keep-alive': _kept, 'transfer-encoding': _coded, ...kept } = response.headers
          const whole = Buffer.concat(chunks)
          resolve({
            status: response.statusCode ?? 502,
            headers: { ...kept, 'content-length': whole.length },
            body: whole,
          })
        })
      })
      asked.end(body)
    })
  }

  async function wait() {
    if (!happens(http.delay)) return
    tally.delayed++
    await sleep(within(random, http.delayFor))
  }

  /** Waits until another request of this client has gone ahead. */
  async function letOnePass(client: string) {
    if (overtaken.has(client) || !happens(http.overtaken)) return
    await new Promise<void>((resolve) => {
      const go = () => {
        clearTimeout(timer)
        overtaken.delete(client)
        resolve()
      }
      const timer = setTimeout(go, http.overtakenWithin)
      overtaken.set(client, () => {
        tally.reordered++
        go()
      })
    })
  }

  /** Once or twice, and then one of the two answers. */
  async function carry(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const first = forward(request, body)
    if (!happens(http.duplicate)) return first
    tally.duplicated++
    const second = sleep(random.chance(0.5) ? 0 : within(random, http.duplicateAfter)).then(() =>
      forward(request, body),
    )
    const [heard, other] = random.chance(0.5) ? [first, second] : [second, first]
    other.catch(() => {})
    return heard
  }

  function answer(response: ServerResponse, { status, headers, body }: Answer) {
    response.writeHead(status, headers)
    if (!happensRoughly(http.halfAnswer)) return response.end(body)
    tally.cuts++
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const client = String(request.headers[clientHeader] ?? '')
    if (isOff(client)) return reset(request.socket)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    await wait()
    await letOnePass(client)
    const carried = carry(request, Buffer.concat(chunks))
    overtaken.get(client)?.()
    const answered = await carried
    await wait()
    if (isOff(client)) return reset(request.socket)
    if (happensRoughly(http.swallow)) {
      tally.swallowed++
      await sleep(within(random, http.swallowedFor))
      return reset(request.socket)
    }
    answer(response, answered)
  }

  return {
    handle(request: IncomingMessage, response: ServerResponse) {
      response.on('error', () => {})
      handle(request, response).catch(() => reset(request.socket))
    },
    end: () => agent.destroy(),
  }
}
