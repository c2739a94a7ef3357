import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'
import { redactDeviceTokens } from './device-token-format.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Whoever reads the log must not be able to act as somebody in it. */
const secrets = ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]']

/** A device's token is good for years and is typed in by hand: it may turn up in an address, a client id or a topic. */
const hooks = { streamWrite: redactDeviceTokens }

/** The log goes to standard error, one JSON object a line: standard output is for people and the ready line. */
export const createLog = (level: string, output: DestinationStream = pino.destination(2)): Logger =>
  pino({ level, base: null, serializers: { error: stdSerializers.err }, redact: secrets, hooks }, output)
