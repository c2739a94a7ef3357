import { filterOf, inboundTopics, isInbound, topicNameOf, topics } from './topics.ts'

// The topics on another broker. MQTT 3.1.1 does not transmit who has published a message, so there the topic names the
// publisher: devices publish below `<prefix>devices/<name>/`, and that broker lets only that device publish there.

export type BridgeTopics = ReturnType<typeof bridgeTopics>

/** Outgoing and incoming topics are disjoint for every prefix, so no message loops (bridge/topics.test.ts). */
export function bridgeTopics(prefix: string) {
  const devices = `${prefix}devices/`
  return {
    ordersNew: prefix + topics.ordersNew,
    ordersUpdate: prefix + topics.ordersUpdate,
    vendorStatus: prefix + topics.vendorStatus,
    vendorStatusOf: (vendorId: string) => prefix + topics.vendorStatusOf(vendorId),
    deviceOrdersNew: (name: string) => `${devices}${name}/${topics.ordersNew}`,
    deviceOrdersUpdate: (name: string) => `${devices}${name}/${topics.ordersUpdate}`,
    deviceReplies: (name: string) => `${devices}${name}/replies`,

    /** The filters of every topic that one device publishes to. */
    filtersOf: (name: string): string[] => inboundTopics.map((topic) => `${devices}${name}/${filterOf(topic)}`),

    /** The device that publishes to this topic, and the matching topic of our own broker; null for other topics. */
    read(topic: string): { name: string; topic: string } | null {
      if (!topic.startsWith(devices)) return null
      const rest = topic.slice(devices.length)
      const slash = rest.indexOf('/')
      const [name, own] = [rest.slice(0, slash), rest.slice(slash + 1)]
      const row = topicNameOf(own)
      return slash > 0 && row !== null && isInbound(row) ? { name, topic: own } : null
    },
  }
}
