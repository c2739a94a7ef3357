import { EventEmitter } from 'node:events'
import type { Client } from 'aedes'
import { BufferList } from 'bl'

/** What takes a client's bytes apart: mqtt-packet's parser, of whose inside this is used. */
export interface Parser extends EventEmitter {
  packet: { length: number }
  /** Bytes that wait for the rest of their packet. */
  _list: { readonly length: number }
  /** 0 between two packets. */
  _stateCounter: number
  _parseLength(): boolean
  _emitError(error: Error): void
}

/**
 * A client's parser. It is private to Aedes, and its inside to mqtt-packet: both versions are pinned, and this throws when
 * a new one has moved it.
 */
export function parserOf(client: Client): Parser {
  const parser: unknown = Reflect.get(client, '_parser')
  if (!isParser(parser)) throw new Error('Aedes has changed: its parser is gone')
  return parser
}

/** As it comes the parser's list is a stream besides, of which it uses nothing: a kilobyte for each of thousands. */
export function slimParser(client: Client) {
  parserOf(client)._list = new BufferList()
}

const used = ['_list', '_stateCounter', '_parseLength', '_emitError']

const isParser = (value: unknown): value is Parser =>
  value instanceof EventEmitter && used.every((name) => name in value)
