import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'
import { redactDeviceTokens } from './device-token-format.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** A reader of the log must not find a credential in it. */
const redact = ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]']

/** Device tokens are long-lived and typed by hand, so one may appear in a URL, a client id or a topic. */
const hooks = { streamWrite: redactDeviceTokens }

/** Logs one JSON object per line to standard error; standard output carries the ready line and messages for people. */
export const createLog = (level: string, output: DestinationStream = pino.destination(2)): Logger =>
  pino({ level, base: null, serializers: { error: stdSerializers.err }, redact, hooks }, output)
