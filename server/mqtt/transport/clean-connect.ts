import type { Aedes, AuthenticateError, Client, ConnectPacket } from 'aedes'
import { generate } from 'mqtt-packet'
import type { BrokerPersistence } from '../sessions/persistence.ts'
import { connectPartsOf, registerClient, type ConnectParts } from './aedes-internals.ts'

export type ConnectCleanly = ReturnType<typeof createCleanConnect>

/** MQTT 3.1.1. */
const version = 4

const accepted = { cmd: 'connack', returnCode: 0, sessionPresent: false } as const
const acceptance = generate(accepted)

/** MQTT-3.2.2.3: not authorized. */
const notAuthorized = 5

/**
 * Returns a function that handles the CONNECT of a clean session, as every page begins one, as Aedes does
 * (lib/handlers/connect.js), but reads no queue of messages: such a session has none, and Aedes reads it through a pipeline
 * that costs more than a tenth of a connection's CPU time. It returns false for a CONNECT that is left to Aedes: of a stored
 * session, with a will, without a client id, or of another version.
 */
export function createCleanConnect(aedes: Aedes, persistence: Pick<BrokerPersistence, 'cleanIncoming'>) {
  return (client: Client, packet: ConnectPacket & { protocolVersion?: number }): boolean => {
    const { clean, will, clientId, protocolVersion } = packet
    if (!clean || will || clientId === '' || protocolVersion !== version) return false
    if (client.connecting || client.connected) return false
    const parts = connectPartsOf(client)
    parts._parsingBatch++
    clearTimeout(parts._connectTimer ?? undefined)
    parts._connectTimer = null
    parts.connecting = true
    aedes.preConnect(client, packet, (error, proceed) => {
      if (!error && proceed) return void setImmediate(authenticate, client, parts, packet)
      parts.connecting = false
      parts._nextBatch(error)
    })
    return true
  }

  function authenticate(
    client: Client,
    parts: ConnectParts,
    { clientId, username, password, keepalive = 0 }: ConnectPacket,
  ) {
    parts.id = clientId
    parts.clean = true
    parts.version = version
    parts.pause()
    aedes.authenticate(client, username, password, (error, allowed) => {
      if (client.closed || aedes.closed) return
      if (error || !allowed) return refuse(client, parts, error)
      parts._authorized = true
      keepAlive(client, parts, keepalive)
      registerClient(aedes, client)
      // After the registration: it closes an earlier connection with this id, which may still store what it has received.
      void persistence.cleanIncoming(client).then(() => accept(client, parts))
    })
  }

  /** MQTT-3.1.2-24. `seconds`: 0 is no limit. */
  function keepAlive(client: Client, parts: ConnectParts, seconds: number) {
    if (seconds === 0) return
    parts._keepaliveInterval = seconds * 1_500 + 1
    parts._keepaliveTimer = setTimeout(endSilent, parts._keepaliveInterval, client)
  }

  function endSilent(client: Client) {
    aedes.emit('keepaliveTimeout', client)
    client.emit('error', new Error('keep alive timeout'))
  }

  function accept(client: Client, parts: ConnectParts) {
    if (client.closed) return
    client.conn.write(acceptance)
    setImmediate(() => {
      if (client.closed) return
      aedes.emit('connackSent', accepted, client)
      parts.connackSent = true
      parts.connecting = false
      parts.connected = true
      parts.resume()
      aedes.emit('clientReady', client)
      // Aedes handles the packets that have arrived meanwhile.
      client.emit('connected')
      parts._nextBatch()
    })
  }
}

/** MQTT-3.2.2-5. */
function refuse(client: Client, parts: ConnectParts, error: AuthenticateError | null) {
  const returnCode = error?.returnCode ?? notAuthorized
  client.conn.write(generate({ cmd: 'connack', returnCode, sessionPresent: false }))
  setImmediate(() => {
    parts.connecting = false
    client.close()
  })
}
