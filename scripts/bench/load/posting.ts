import { connect, type Socket } from 'node:net'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import type { HttpDoor } from '../http.ts'
import { Answers } from './answers.ts'

export interface PostingOptions {
  door: HttpDoor
  path: string
  body: string
  /** Clients, each with a connection that is kept, who ask again as soon as they are answered. */
  clients: number
  seconds: number
}

export interface Posted {
  perSecond: number
  p50: number
  p99: number
}

/** The same POST again and again. Rejects when one is answered with anything but a 201. */
export async function post({ door, path, body, clients, seconds }: PostingOptions): Promise<Posted> {
  const request = Buffer.from(requestOf(door, path, body))
  const waits: number[] = []
  const begun = now()
  const end = begun + seconds * 1_000
  await Promise.all(Array.from({ length: clients }, () => postAgainAndAgain(door.port, request, end, waits)))
  return { perSecond: waits.length / seconds, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }
}

const chunk = Buffer.allocUnsafeSlow(64 * 1024)

function postAgainAndAgain(port: number, request: Buffer, end: number, waits: number[]) {
  return new Promise<void>((resolve, reject) => {
    let asked = now()
    const ask = () => {
      asked = now()
      socket.write(request)
    }
    const answers = new Answers((status) => {
      const answered = now()
      if (status !== 201) reject(new Error(`a POST was answered ${status}`))
      else if (answered < end) waits.push(answered - asked)
      if (status === 201 && answered < end) ask()
      else socket.destroy()
    })
    function read(length: number): boolean {
      answers.take(chunk, 0, length)
      return true
    }
    const socket: Socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: chunk, callback: read },
    })
    socket.once('connect', ask)
    socket.on('error', reject)
    socket.once('close', () => resolve())
  })
}

function requestOf({ port, token }: HttpDoor, path: string, body: string): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
