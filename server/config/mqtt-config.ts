import { isAddressList } from '../net/client-address.ts'
import { z } from '../lib/zod.ts'
import { atLeastOne } from './limit.ts'

/** The limits of the broker that depend on the network around it; the others are in server/mqtt/limits.ts. */
export const mqttLimitKeys = {
  MQTT_CONNECTIONS: atLeastOne(20_000),
  MQTT_CONNECTIONS_PER_ADDRESS: atLeastOne(500),
  // High enough for the reconnects of an office behind one address, low enough against password guessing.
  MQTT_CONNECTS_PER_ADDRESS: atLeastOne(1_500),
  MQTT_REFUSED_CONNECTS_PER_ADDRESS: atLeastOne(60),
  MQTT_CONNECTS_PER_ACCOUNT: atLeastOne(120),
}

/** By the name of the setting, which is logged when the limit is reached. Connects are counted per minute. */
export type MqttLimits = Readonly<Record<keyof typeof mqttLimitKeys, number>>

/** `values` may contain other settings. */
export const readMqttLimits = (values: object = {}): MqttLimits => Object.freeze(z.object(mqttLimitKeys).parse(values))

export const mqttKeys = {
  ...mqttLimitKeys,
  MQTT_PROXY_PROTOCOL: z.optional(
    z.string().check(z.refine(isAddressList, 'Addresses of proxies, such as 127.0.0.1, 10.0.0.0/8')),
  ),
}
