import * as assert from 'node:assert/strict'
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify, type ECDH } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { PushMessage } from '#shared/push.ts'

export interface Pushed {
  endpoint: string
  headers: IncomingHttpHeaders
  message: PushMessage
  /** performance.now() */
  at: number
}

interface TestBrowser {
  ecdh: ECDH
  auth: Buffer
}

/**
 * A push service on a loopback address that has its browsers' keys. It refuses messages that RFC 8292 (VAPID) or RFC 8291
 * (encryption) do not allow, and is written from these, not with the library that the server uses.
 */
export class LocalPushService {
  readonly received: Pushed[] = []
  /** The status of the answer for an endpoint, where it is not `answer`. */
  readonly answers = new Map<string, number>()
  readonly #browsers = new Map<string, TestBrowser>()
  readonly #server: Server
  readonly #waiting = new Set<() => void>()

  private constructor(server: Server) {
    this.#server = server
  }

  /** `answer`: the status of the answer to a message that is valid. */
  static async open(answer: (message: PushMessage) => number | Promise<number> = () => 201): Promise<LocalPushService> {
    const server = createServer()
    const service = new LocalPushService(server)
    const receive = async (request: IncomingMessage, response: ServerResponse) => {
      const endpoint = `${service.url}${request.url}`
      const body = await buffer(request)
      try {
        const browser = service.#browsers.get(endpoint)
        assert.ok(browser, 'no browser has this endpoint')
        assert.equal(request.method, 'POST')
        assert.match(String(request.headers.ttl), /^\d+$/)
        assert.equal(request.headers['content-encoding'], 'aes128gcm')
        checkVapid(String(request.headers.authorization), service.url)
        const message = PushMessage.parse(JSON.parse(decrypt(body, browser)))
        const status = service.answers.get(endpoint) ?? (await answer(message))
        if (status === 201) {
          service.received.push({ endpoint, headers: request.headers, message, at: performance.now() })
        }
        response.writeHead(status).end()
      } catch (error) {
        response.writeHead(400).end(String(error))
      }
      for (const check of service.#waiting) check()
    }
    server.on('request', (request, response) => void receive(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return service
  }

  get url() {
    const address: AddressInfo | string | null = this.#server.address()
    return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  }

  /** A new browser's subscription, as `PushSubscription.toJSON()` gives it. */
  subscription() {
    const [ecdh, auth] = [createECDH('prime256v1'), randomBytes(16)]
    const p256dh = ecdh.generateKeys('base64url')
    const endpoint = `${this.url}/${randomBytes(9).toString('base64url')}`
    this.#browsers.set(endpoint, { ecdh, auth })
    return { endpoint, keys: { p256dh, auth: auth.toString('base64url') } }
  }

  /** Resolves to the `count`th message about this event, also when it was received before. */
  until(endpoint: string, event: PushMessage['event'], count = 1): Promise<Pushed> {
    return new Promise((resolve) => {
      const check = () => {
        const all = this.received.filter((one) => one.endpoint === endpoint && one.message.event === event)
        const found = all[count - 1]
        if (!found) return
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** RFC 8292: a token for this origin of at most 24 hours, signed with the key that comes with it. */
function checkVapid(authorization: string, origin: string) {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=([^,]+)$/.exec(authorization) ?? []
  const [header = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const coordinate = (from: number) => point.subarray(from, from + 32).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) }
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  const signed = Buffer.from(`${header}.${claims}`)
  const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  assert.ok(verify('sha256', signed, options, Buffer.from(signature, 'base64url')), 'the signature is wrong')
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  assert.equal(aud, origin)
  assert.match(sub, /^(mailto:|https:)/)
  assert.ok(exp > Date.now() / 1000 && exp < Date.now() / 1000 + 86_400 + 60, 'the token lives too long')
}

/** RFC 8291 with one record. */
function decrypt(body: Buffer, { ecdh, auth }: TestBrowser): string {
  const [salt, keyLength] = [body.subarray(0, 16), body.readUInt8(20)]
  const serverKey = body.subarray(21, 21 + keyLength)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), serverKey])
  const input = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(serverKey), auth, info, 32))
  const key = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12))
  const sealed = body.subarray(21 + keyLength)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce)
  decipher.setAuthTag(sealed.subarray(-16))
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  const end = padded.lastIndexOf(2)
  assert.ok(end > 0 && padded.subarray(end + 1).every((byte) => byte === 0), 'the padding is wrong')
  return padded.subarray(0, end).toString()
}
