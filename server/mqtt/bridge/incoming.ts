import type { BridgeTopics } from '#shared/bridge-topics.ts'
import type { Reply } from '#shared/device-messages.ts'
import { VendorStatusReport } from '#shared/presence.ts'
import { topics as ownTopics } from '#shared/topics.ts'
import type { Identity } from '../../auth/sessions.ts'
import type { Log } from '../../lib/log.ts'
import type { Publication } from '../hooks/publish.ts'
import { createKeyedMutex } from '../../lib/keyed-mutex.ts'
import { limits } from '../limits.ts'
import { readPayload } from '../inbound/payload.ts'
import type { InboundRouter } from '../inbound/router.ts'
import { connectionOf, type DevicePresence } from './device-presence.ts'

export interface IncomingDependencies {
  topics: BridgeTopics
  /** A device's name there → its id here. */
  devices: ReadonlyMap<string, string>
  identityOf: (deviceId: string) => Promise<Identity | null>
  /** The router whose replies go to this function. */
  routerFor: (reply: (userId: string, reply: Reply) => void) => InboundRouter
  presence: Pick<DevicePresence, 'reported'>
  /** Answers a device there. */
  answer: (name: string, reply: Reply) => void
  /** Called for a name that is not in the map: its subscriptions are removed. */
  unwanted: (name: string) => void
  log: Log
}

/**
 * Publications of devices on the other broker take the same path as on this one (inbound/router.ts). The topic names the
 * device; a revoked device is refused.
 */
export function createIncoming(dependencies: IncomingDependencies) {
  const { topics, devices, identityOf, routerFor, presence, answer, unwanted, log } = dependencies
  // What was read from a connection that broke, and what comes again over the next one, are of the same device.
  const withLock = createKeyedMutex()
  const routers = new Map(
    [...devices.keys()].map((name) => [name, routerFor((_userId, reply) => answer(name, reply))] as const),
  )
  const refused = new Set<string>()

  function refuse(name: string, deviceId: string) {
    if (!refused.has(name)) log.warn({ name, deviceId }, 'a device of the other broker was revoked or is unknown')
    refused.add(name)
  }

  async function takeFrom(name: string, deviceId: string, own: InboundRouter, publication: Publication): Promise<void> {
    const identity = await identityOf(deviceId)
    if (!identity) return refuse(name, deviceId)
    refused.delete(name)
    const sender = { id: connectionOf(name), identity }
    const { topic, payload, retain } = publication
    const isStatus = topic === ownTopics.vendorStatus
    // Only how things stand may be left lying about: a retained command would be given again with every connection.
    if (retain && !isStatus) return own.complain(sender, publication)
    await own.take(sender, { ...publication, retain: false })
    const said = isStatus ? readPayload(VendorStatusReport, payload).value : null
    if (said) await presence.reported(name, identity, said.status)
  }

  return {
    /** Resolves when it is stored, or was refused; rejects when it could not be stored. */
    async take(publication: Publication): Promise<void> {
      const said = topics.read(publication.topic)
      if (!said) return
      const { name, topic } = said
      const [deviceId, own] = [devices.get(name), routers.get(name)]
      if (deviceId === undefined || !own) return unwanted(name)
      if (publication.payload.length > limits.packet) {
        log.warn({ name, topic, bytes: publication.payload.length }, 'a device of the other broker says too much')
        return
      }
      await withLock(name, () => takeFrom(name, deviceId, own, { ...publication, topic }))
    },
  }
}
