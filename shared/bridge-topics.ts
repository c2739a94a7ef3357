import { commandedOrder, topics } from './topics.ts'

// The topics on a broker that people already run. MQTT 3.1.1 does not say who has published something, so there it is the
// topic that says it: whatever comes in comes in below `<prefix>devices/<name>/`, and that broker sees to it that only
// that device may publish there.

export type BridgeTopics = ReturnType<typeof bridgeTopics>

/** What goes out and what comes in never meet, whatever the prefix, so nothing goes round (bridge-topics.test.ts). */
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

    /** All that comes in from one device. */
    filtersOf: (name: string): string[] =>
      [topics.vendorStatus, topics.vendorLocation, topics.orderStatus('+')].map(
        (topic) => `${devices}${name}/${topic}`,
      ),

    /** Which device says something, and on which topic it would say it to our own broker; null when it is not for us. */
    read(topic: string): { name: string; topic: string } | null {
      if (!topic.startsWith(devices)) return null
      const rest = topic.slice(devices.length)
      const slash = rest.indexOf('/')
      const [name, own] = [rest.slice(0, slash), rest.slice(slash + 1)]
      const ours = own === topics.vendorStatus || own === topics.vendorLocation || commandedOrder(own) !== null
      return slash > 0 && ours ? { name, topic: own } : null
    },
  }
}
