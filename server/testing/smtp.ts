import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as an SMTP server took it. */
export interface ReceivedMail {
  to: string
  headers: ReadonlyMap<string, string>
  text: string
  html: string
}

export type SmtpReceiver = Awaited<ReturnType<typeof startSmtpServer>>

/** A real SMTP server that keeps what it takes. */
export async function startSmtpServer({ port = 0 } = {}) {
  const received: ReceivedMail[] = []
  const waiting = new Set<() => void>()
  /** Replies to the next recipients, instead of taking them. */
  const refusals: { code: number; text: string }[] = []
  let attempts = 0
  const notify = () => waiting.forEach((check) => check())

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, callback) {
      attempts++
      const refusal = refusals.shift()
      notify()
      callback(refusal ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : null)
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ')
        received.push(parseMail(to, Buffer.concat(chunks).toString()))
        callback(null)
        notify()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))

  async function until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        const check = () => {
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
      })
    }
  }

  const address: AddressInfo | string | null = server.server.address()
  const listensOn = typeof address === 'object' && address ? address.port : port
  return {
    url: `smtp://127.0.0.1:${listensOn}`,
    port: listensOn,
    received,
    refusals,
    /** How often a recipient was named, refused ones included. */
    attempts: () => attempts,
    /** The next mail, or one that has come, to this address for which `matches` holds. */
    mail: (to: string, matches: (mail: ReceivedMail) => boolean = () => true): Promise<ReceivedMail> =>
      until(() => received.find((mail) => mail.to === to && matches(mail))),
    attempted: (count: number): Promise<true> => until(() => (attempts >= count ? true : undefined)),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Of the mails that nodemailer writes: one or two text parts. */
function parseMail(to: string, raw: string): ReceivedMail {
  const { headers, body } = split(raw)
  const boundary = /boundary="?([^";]+)/.exec(headers.get('content-type') ?? '')?.[1]
  const parts = boundary
    ? body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => split(part.replace(/^\r\n/, '')))
    : [{ headers, body }]
  const textOf = (type: string) => {
    const part = parts.find((one) => one.headers.get('content-type')?.startsWith(type))
    return part ? decode(part.body, part.headers.get('content-transfer-encoding') ?? '7bit').trimEnd() : ''
  }
  return { to, headers, text: textOf('text/plain'), html: textOf('text/html') }
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())] as const
  })
  return { headers: new Map(headers), body: raw.slice(end + 4) }
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding !== 'quoted-printable') return body.replaceAll('\r\n', '\n')
  return bytes(body.replace(/=\r\n/g, '')).replaceAll('\r\n', '\n')
}

const bytes = (quoted: string): string =>
  Buffer.from(
    quoted.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
    'latin1',
  ).toString()

/** RFC 2047. */
const decodeWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : bytes(text.replaceAll('_', ' ')),
    )
