import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  to: string[]
  headers: string
  subject: string
  text: string
  html: string
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

/** A real SMTP server on a free port that keeps what it receives. `refuse`: the next messages are refused with this reply. */
export async function startMailServer() {
  const received: ReceivedMail[] = []
  const waiting = new Set<() => void>()
  const refusals: { code: number; text: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const refusal = refusals.shift()
        if (refusal) return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ to, ...readMail(Buffer.concat(chunks).toString()) })
        done(null)
        for (const check of waiting) check()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  return {
    received,
    env: {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'Callout <callout@example.com>',
      PUBLIC_URL: 'https://shop.test',
    },
    refuse: (code: number, text: string) => void refusals.push({ code, text }),

    /** The first e-mail to this address, received or still to come, that was not taken before. */
    next(to: string): Promise<ReceivedMail> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no e-mail to ${to} arrived`)), 5_000)
        const check = () => {
          const index = received.findIndex((mail) => mail.to.includes(to))
          const [found] = index < 0 ? [] : received.splice(index, 1)
          if (!found) return
          clearTimeout(timer)
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      })
    },

    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** The two parts of a message as nodemailer builds it. */
function readMail(raw: string): Omit<ReceivedMail, 'to'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const headers = head.replace(/\r\n[ \t]+/g, ' ')
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? ''
  const parts = rest.join('\r\n\r\n').split(`--${boundary}`)
  const subject = decodeWords(/^Subject: (.*)$/m.exec(headers)?.[1] ?? '')
  return { headers, subject, text: bodyOf(parts, 'text/plain'), html: bodyOf(parts, 'text/html') }
}

function bodyOf(parts: readonly string[], type: string): string {
  const part = parts.find((one) => one.includes(`Content-Type: ${type}`)) ?? ''
  const [head = '', ...body] = part.split('\r\n\r\n')
  const content = body.join('\r\n\r\n')
  if (/base64/i.test(head)) return Buffer.from(content, 'base64').toString()
  return /quoted-printable/i.test(head) ? quotedPrintable(content) : content
}

/** RFC 2045, 6.7. */
function quotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/** RFC 2047. */
const decodeWords = (text: string) =>
  text.replace(/(=\?utf-8\?q\?[^?]*\?= ?)+/gi, (words) =>
    quotedPrintable(
      [...words.matchAll(/=\?utf-8\?q\?([^?]*)\?=/gi)].map(([, word]) => word?.replaceAll('_', ' ')).join(''),
    ),
  )
