import { createHmac, randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** A log of plain lines, for what needs no fields. */
export type TextLog = Record<'info' | 'warn' | 'error', (text: string) => void>

/** A reader of the log must not find a credential in it, nor a name that was searched for. */
const secrets = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["idempotency-key"]',
  'req.query.q',
  'res.headers["set-cookie"]',
]

export interface LogOptions {
  /** Removes secrets from a whole line: a token typed by hand may be in a URL, a client id or a topic. */
  redact?: (line: string) => string
  output?: DestinationStream
}

/**
 * pino's own destination ends the process when a line cannot be written, and its exit then waits for ever: a log on a full
 * disk would stop the server.
 */
const standardError: DestinationStream = {
  write(line) {
    try {
      writeSync(2, line)
    } catch {
      // The disk of the log is full, or its reader has gone. The line is lost; there is no other place for it.
    }
  },
}

const emailAddress = /[^\s"'<>()[\]:,;=\\@]+@[^\s"'<>()[\]:,;=\\@]+\.[\p{L}\p{N}-]+/gu
/** An access token (RFC 7519), wherever it was typed: its header and content are JSON objects in base64url. */
const accessToken = /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g
/** The secret of a webhook (Standard Webhooks). */
const webhookSecret = /\bwhsec_[\w+/=-]+/g
/** What was typed into a search: names, mostly. */
const searchText = /([?&]q=)[^&"\s]+/g

/**
 * Removes what names a person, because logs are copied to where no erasure reaches them. Each e-mail address gets a tag,
 * the same until the process ends; the audit log has the address.
 */
function createPseudonyms(): (line: string) => string {
  const key = randomBytes(16)
  const tagOf = (address: string) => createHmac('sha256', key).update(address.toLowerCase()).digest('hex').slice(0, 8)
  return (line) => line.replace(emailAddress, (address) => `<e-mail ${tagOf(address)}>`).replace(searchText, '$1…')
}

/** JSON lines on standard error; standard output is for people and the ready line. */
export function createLog(level: string, { redact, output = standardError }: LogOptions = {}): Logger {
  const withoutPeople = createPseudonyms()
  const withoutSecrets = (line: string) =>
    (redact?.(line) ?? line).replace(accessToken, '[Redacted]').replace(webhookSecret, '[Redacted]')
  const streamWrite = (line: string) => withoutPeople(withoutSecrets(line))
  return pino(
    { level, base: null, serializers: { error: stdSerializers.err }, redact: secrets, hooks: { streamWrite } },
    output,
  )
}
