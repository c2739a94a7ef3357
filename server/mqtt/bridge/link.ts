import { connect, Store, type MqttClient } from 'mqtt'
import type { BridgeConfig } from '../../config/bridge-config.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Publication } from '../hooks/publish.ts'

export interface LinkDependencies {
  broker: BridgeConfig
  clientId: string
  /** Called per message, in order. Resolves when the message is stored or refused; rejects if it could not be stored. */
  onMessage: (publication: Publication) => Promise<void>
  onClose: () => void
  clock: Clock
}

export type Link = ReturnType<typeof createLink>

/** How long the other broker may take to close the connection after our DISCONNECT, in ms. */
const disconnectTimeout = 1_000

/**
 * One connection to the other broker; each reconnect creates a new one. mqtt.js could reconnect by itself, but it would
 * buffer publications in memory meanwhile, and acknowledge messages of one connection over the next.
 */
export function createLink({ broker, clientId, onMessage, onClose, clock }: LinkDependencies) {
  const { protocol, port, path, username, password, ca } = broker
  // An IPv6 address has brackets in a URL only.
  const hostname = protocol.startsWith('ws') ? broker.hostname : broker.hostname.replace(/^\[(.*)\]$/, '$1')
  let client: MqttClient | null = null
  let closeReason = 'the other broker has closed the connection'
  let isClosed = false
  let receivingStopped = false
  const pendingRequests = new Set<(error: Error) => void>()
  const handling = new Set<Promise<void>>()

  function abort(reason: string) {
    if (isClosed) return
    closeReason = reason
    client?.end(true)
  }

  function handleClose() {
    isClosed = true
    for (const reject of pendingRequests) reject(new Error(closeReason))
    pendingRequests.clear()
    onClose()
  }

  async function settled() {
    while (handling.size > 0) {
      await Promise.all(handling)
      // mqtt.js passes the next message in the next tick.
      await new Promise(setImmediate)
    }
  }

  /** Rejects if the connection ends before the response. */
  function request<Response>(
    send: (client: MqttClient, done: (error: Error | null, response: Response) => void) => void,
  ) {
    return new Promise<Response>((resolve, reject) => {
      if (!client?.connected || isClosed) return reject(new Error(closeReason))
      pendingRequests.add(reject)
      send(client, (error, response) => {
        pendingRequests.delete(reject)
        if (error) reject(error)
        else resolve(response)
      })
    })
  }

  return {
    /**
     * Connects with a persistent session. Rejects with the broker's reason.
     * `sessionPresent`: the broker has resumed the session, so no message was missed (MQTT-3.2.2-2).
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
          // With `clean: true`, a PUBACK that is read after the close throws.
          outgoingStore: new Store({ clean: false }),
        })
        client = opening
        opening.handleMessage = ({ topic, payload, retain, qos }, done) => {
          // Without a PUBACK, the broker sends it again over the next connection (MQTT-4.4.0-1).
          if (receivingStopped) return
          const handled = onMessage({ topic, payload: Buffer.from(payload), retain, qos }).then(
            // A message read before the connection was lost is handled too, but can no longer be acknowledged.
            () => done(opening.connected ? undefined : new Error(closeReason)),
            // Later messages are not handled either: the broker sends all of them again, in the same order.
            () => abort('a message could not be stored'),
          )
          handling.add(handled)
          void handled.finally(() => handling.delete(handled))
        }
        opening.on('error', ({ message }) => (closeReason = message))
        opening.once('close', () => {
          handleClose()
          reject(new Error(closeReason))
        })
        opening.once('connect', ({ sessionPresent }) => resolve({ sessionPresent }))
        opening.connect()
      })
    },

    connected: () => client?.connected === true && !isClosed,

    /** Resolves at the PUBACK; rejects if the connection ends first. Nothing is buffered. */
    publish: (topic: string, payload: Buffer, { retain = false } = {}) =>
      request<void>((to, done) =>
        to.publish(topic, payload, { qos: 1, retain }, (error) => done(error ?? null, undefined)),
      ),

    /** Resolves to the filters that were refused. */
    async subscribe(filters: string[]): Promise<string[]> {
      if (filters.length === 0) return []
      const granted = await request<number[]>((to, done) =>
        to.subscribe(filters, { qos: 1 }, (error, _granted, packet) => {
          const codes = packet?.granted.map(Number)
          done(codes ? null : (error ?? new Error('no SUBACK')), codes ?? [])
        }),
      )
      return filters.filter((_filter, n) => granted[n] === 128)
    },

    unsubscribe: (filters: string[]) =>
      request<void>((to, done) => to.unsubscribe(filters, (error) => done(error ?? null, undefined))),

    abort: abort,

    /** Later messages are neither handled nor acknowledged. */
    stopReceiving: () => void (receivingStopped = true),

    /** Resolves when every message that was read is handled, also after the connection is lost. */
    settled,

    /** Finishes and acknowledges messages in progress, then sends DISCONNECT. */
    async end(): Promise<void> {
      receivingStopped = true
      await settled()
      const ending = client
      if (!ending || isClosed) return
      await new Promise<void>((resolve) => {
        const cancel = clock.after(disconnectTimeout, resolve)
        ending.end(false, () => {
          cancel()
          resolve()
        })
      })
      ending.stream.destroy()
    },
  }
}
