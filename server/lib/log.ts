import { writeSync } from 'node:fs'
import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** A log of plain lines, for what needs no fields. */
export type TextLog = Record<'info' | 'warn' | 'error', (text: string) => void>

/** A reader of the log must not find a credential in it. */
const secrets = ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]']

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

/** JSON lines on standard error; standard output is for people and the ready line. */
export const createLog = (level: string, { redact, output = standardError }: LogOptions = {}): Logger =>
  pino(
    {
      level,
      base: null,
      serializers: { error: stdSerializers.err },
      redact: secrets,
      ...(redact && { hooks: { streamWrite: redact } }),
    },
    output,
  )
