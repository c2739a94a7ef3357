import { connect, Store, type MqttClient } from 'mqtt'
import type { BridgeConfig } from '../../config/bridge-config.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Publication } from '../hooks/publish.ts'

export interface LinkDependencies {
  broker: BridgeConfig
  clientId: string
  /** Takes in one message after the other. Resolves when it is stored, or will never have to be; rejects when it could not be. */
  take: (publication: Publication) => Promise<void>
  onClose: () => void
  clock: Clock
}

export type Link = ReturnType<typeof createLink>

/** How long the other broker may take to close the connection after our DISCONNECT, in ms. */
const partWithin = 1_000

/**
 * One connection to the other broker, which is opened once and ends once. mqtt.js could reconnect by itself, but it would
 * keep what is published meanwhile in memory, and answer what came over one connection over the next.
 */
export function createLink({ broker, clientId, take, onClose, clock }: LinkDependencies) {
  const { protocol, port, path, username, password, ca } = broker
  // Only in a URL an IPv6 address stands in brackets.
  const hostname = protocol.startsWith('ws') ? broker.hostname : broker.hostname.replace(/^\[(.*)\]$/, '$1')
  let client: MqttClient | null = null
  let why = 'the other broker has closed the connection'
  let over = false
  let refusing = false
  const waiting = new Set<(error: Error) => void>()
  const taking = new Set<Promise<void>>()

  function cut(reason: string) {
    if (over) return
    why = reason
    client?.end(true)
  }

  function closed() {
    over = true
    for (const reject of waiting) reject(new Error(why))
    waiting.clear()
    onClose()
  }

  async function settled() {
    while (taking.size > 0) {
      await Promise.all(taking)
      // mqtt.js hands over the next one in the next tick.
      await new Promise(setImmediate)
    }
  }

  /** The caller handles the rejection; a connection that ends rejects every pending request. */
  function answered<Answer>(ask: (client: MqttClient, done: (error: Error | null, answer: Answer) => void) => void) {
    return new Promise<Answer>((resolve, reject) => {
      if (!client?.connected || over) return reject(new Error(why))
      waiting.add(reject)
      ask(client, (error, answer) => {
        waiting.delete(reject)
        if (error) reject(error)
        else resolve(answer)
      })
    })
  }

  return {
    /**
     * Connects with a session that the other broker keeps while we are away. Rejects with what it said.
     * `sessionPresent`: it has kept one, so nothing of it was missed (MQTT-3.2.2-2).
     */
    open(): Promise<{ sessionPresent: boolean }> {
      return new Promise((resolve, reject) => {
        const opening = connect({
          protocol,
          hostname,
          ...(port !== null && { port }),
          path,
          ...(ca !== undefined && { ca }),
          username,
          password,
          clientId,
          protocolVersion: 4,
          clean: false,
          keepalive: 30,
          connectTimeout: 10_000,
          reconnectPeriod: 0,
          queueQoSZero: false,
          manualConnect: true,
          // A store that empties itself when it is closed throws at the acknowledgement that is read after that.
          outgoingStore: new Store({ clean: false }),
        })
        client = opening
        opening.handleMessage = ({ topic, payload, retain, qos }, done) => {
          // Not acknowledged, so it comes again (MQTT-4.4.0-1): the next connection takes it.
          if (refusing) return
          const taken = take({ topic, payload: Buffer.from(payload), retain, qos }).then(
            // What was read before the connection broke is taken as well, but an acknowledgement on its way would be lost.
            () => done(opening.connected ? undefined : new Error(why)),
            // Nothing after it is taken either: they come again together, in the same order.
            () => cut('a message could not be stored'),
          )
          taking.add(taken)
          void taken.finally(() => taking.delete(taken))
        }
        opening.on('error', ({ message }) => (why = message))
        opening.once('close', () => {
          closed()
          reject(new Error(why))
        })
        opening.once('connect', ({ sessionPresent }) => resolve({ sessionPresent }))
        opening.connect()
      })
    },

    connected: () => client?.connected === true && !over,

    /** Resolves at the PUBACK. Nothing is kept for later: rejects when the connection ends before. */
    publish: (topic: string, payload: Buffer, { retain = false } = {}) =>
      answered<void>((to, done) =>
        to.publish(topic, payload, { qos: 1, retain }, (error) => done(error ?? null, undefined)),
      ),

    /** Resolves to the filters that were refused. */
    async subscribe(filters: string[]): Promise<string[]> {
      if (filters.length === 0) return []
      const granted = await answered<number[]>((to, done) =>
        to.subscribe(filters, { qos: 1 }, (error, _granted, packet) => {
          const codes = packet?.granted.map(Number)
          done(codes ? null : (error ?? new Error('no SUBACK')), codes ?? [])
        }),
      )
      return filters.filter((_filter, n) => granted[n] === 128)
    },

    unsubscribe: (filters: string[]) =>
      answered<void>((to, done) => to.unsubscribe(filters, (error) => done(error ?? null, undefined))),

    cut,

    /** From now on nothing is taken in or acknowledged. */
    refuse: () => void (refusing = true),

    /** Resolves when all that was read is taken in, also from a connection that is lost. */
    settled,

    /** Says goodbye; what is being taken in is finished and acknowledged first. */
    async end(): Promise<void> {
      refusing = true
      await settled()
      const leaving = client
      if (!leaving || over) return
      await new Promise<void>((resolve) => {
        const cancel = clock.after(partWithin, resolve)
        leaving.end(false, () => {
          cancel()
          resolve()
        })
      })
      leaving.stream.destroy()
    },
  }
}
