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
  /** A device's name on the other broker → its device id. */
  devices: ReadonlyMap<string, string>
  identityOf: (deviceId: string) => Promise<Identity | null>
  /** Creates a router that passes its replies to this function. */
  routerFor: (reply: (userId: string, reply: Reply) => void) => InboundRouter
  presence: Pick<DevicePresence, 'reported'>
  /** Publishes a reply to a device of the other broker. */
  sendReply: (name: string, reply: Reply) => void
  /** Called for a name that is not configured, to remove its subscriptions. */
  onUnknownDevice: (name: string) => void
  log: Log
}

const withRetain = { code: 'invalid_request', detail: 'Publish this without the retain flag.' } as const

/**
 * Publications of devices on the other broker are handled as those on this one (inbound/router.ts). The topic names the
 * device; publications of a revoked device are refused.
 */
export function createIncoming(dependencies: IncomingDependencies) {
  const { topics, devices, identityOf, routerFor, presence, sendReply, onUnknownDevice, log } = dependencies
  // Per device: a message from a lost connection and its redelivery over the next one must not overlap.
  const withLock = createKeyedMutex()
  const routers = new Map(
    [...devices.keys()].map((name) => [name, routerFor((_userId, reply) => sendReply(name, reply))] as const),
  )
  const refused = new Set<string>()

  function refuse(name: string, deviceId: string) {
    if (!refused.has(name)) log.warn({ name, deviceId }, 'a device of the other broker was revoked or is unknown')
    refused.add(name)
  }

  async function handle(
    name: string,
    deviceId: string,
    router: InboundRouter,
    publication: Publication,
  ): Promise<void> {
    const identity = await identityOf(deviceId)
    if (!identity) return refuse(name, deviceId)
    refused.delete(name)
    const sender = { id: connectionOf(name), identity }
    const { topic, payload, retain } = publication
    const isStatus = topic === ownTopics.vendorStatus
    // Only a status may be retained: a retained command would be repeated on every connection.
    if (retain && !isStatus) return router.refuse(sender, publication, withRetain)
    await router.route(sender, { ...publication, retain: false })
    const report = isStatus ? readPayload(VendorStatusReport, payload).value : null
    if (report) await presence.reported(name, identity, report.status)
  }

  return {
    /** Resolves when the publication is stored or refused; rejects if it could not be stored. */
    async receive(publication: Publication): Promise<void> {
      const parsed = topics.read(publication.topic)
      if (!parsed) return
      const { name, topic } = parsed
      const [deviceId, router] = [devices.get(name), routers.get(name)]
      if (deviceId === undefined || !router) return onUnknownDevice(name)
      if (publication.payload.length > limits.packet) {
        log.warn(
          { name, topic, bytes: publication.payload.length },
          'a publication of a device of the other broker is too large',
        )
        return
      }
      await withLock(name, () => handle(name, deviceId, router, { ...publication, topic }))
    },
  }
}
