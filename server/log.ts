import { pino, type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** The log goes to standard error, one JSON object a line: standard output is for people and the ready line. */
export const createLog = (level: string): Logger => pino({ level, base: null }, pino.destination(2))
