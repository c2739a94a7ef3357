import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
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

/** A port for MQTT over TLS, and the PEM files of its certificate and key. */
export interface MqttTlsConfig {
  readonly port: number
  readonly certificate: string
  readonly key: string
}

const tlsKeys = {
  MQTT_TLS_PORT: z.optional(
    z.coerce.number('Not a number').check(z.int('Not a whole number'), z.minimum(0), z.maximum(65535)),
  ),
  MQTT_TLS_CERT: z.optional(z.string()),
  MQTT_TLS_KEY: z.optional(z.string()),
}

const Tls = z.object(tlsKeys)

export const mqttKeys = {
  ...mqttLimitKeys,
  ...tlsKeys,
  MQTT_PROXY_PROTOCOL: z.optional(
    z.string().check(z.refine(isAddressList, 'Addresses of proxies, such as 127.0.0.1, 10.0.0.0/8')),
  ),
}

/** Problems of combinations, each starting with the key. `raw`: the values as they are set. */
export function mqttProblems(raw: Readonly<Record<string, string | undefined>>): string[] {
  const keys = Object.keys(tlsKeys)
  const missing = keys.filter((key) => !raw[key])
  if (missing.length === keys.length) return []
  if (missing.length > 0) return missing.map((key) => `${key}: Required with the other settings MQTT_TLS_…`)
  const [cert, key] = [readOrNull(raw.MQTT_TLS_CERT), readOrNull(raw.MQTT_TLS_KEY)]
  if (!cert) return ['MQTT_TLS_CERT: Not a readable file']
  if (!key) return ['MQTT_TLS_KEY: Not a readable file']
  try {
    createSecureContext({ cert, key })
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [`MQTT_TLS_CERT: Not a certificate (PEM) with the key in MQTT_TLS_KEY: ${reason}`]
  }
}

function readOrNull(file = ''): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** null: devices connect without TLS, or through a proxy that ends it. `values` may contain other settings. */
export function readMqttTls(values: z.infer<typeof Tls>): MqttTlsConfig | null {
  const { MQTT_TLS_PORT: port, MQTT_TLS_CERT: certificate, MQTT_TLS_KEY: key } = values
  return port !== undefined && certificate && key ? Object.freeze({ port, certificate, key }) : null
}
