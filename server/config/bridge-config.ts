import { readFileSync } from 'node:fs'
import { z } from '../lib/zod.ts'

/** A broker that people already run: how to reach it, and which of its devices are which of ours. */
export interface BridgeConfig {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss'
  readonly hostname: string
  /** null: the usual one of the protocol. */
  readonly port: number | null
  /** Of a WebSocket, with its query. */
  readonly path: string
  readonly username?: string
  readonly password?: string
  /** Certificates to trust beside none other, in PEM; undefined: those that Node trusts. */
  readonly ca?: string
  /** Before every topic: empty, or something that ends in a slash. */
  readonly prefix: string
  /** A device's name there → its id here. */
  readonly devices: ReadonlyMap<string, string>
}

const protocols = ['mqtt', 'mqtts', 'ws', 'wss'] as const

/** Long enough for anybody's tree, short enough that every topic below it fits where topics are limited. */
const longestPrefix = 128

/** One level of a topic, and none of what separates the map. */
const deviceName = /^[^\s/+#$,=\p{C}]{1,64}$/u
const deviceId = /^[A-Za-z0-9_-]{1,64}$/

const certificate = z.pipe(
  z.string(),
  z.transform((file, context) => {
    const text = readable(file)
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    context.issues.push({ code: 'custom', message: 'Not a file with a certificate (PEM) in it', input: file })
    return z.NEVER
  }),
)

const devices = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const map = new Map<string, string>()
    for (const part of text.split(',').filter((one) => one.trim())) {
      const [name = '', id = '', ...more] = part.split('=').map((word) => word.trim())
      const wrong = !deviceName.test(name) || !deviceId.test(id) || more.length > 0
      const twice = map.has(name) || [...map.values()].includes(id)
      const message = wrong ? 'Not name=<device id>, separated by commas; no / + # $ or space in a name' : 'Named twice'
      if (wrong || twice) context.issues.push({ code: 'custom', message: `${message}: ${part.trim()}`, input: text })
      map.set(name, id)
    }
    return map
  }),
)

/** The keys of the bridge, as parts of the schema of the environment. */
export const bridgeKeys = {
  MQTT_BROKER_URL: z.optional(
    z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: 'Not a URL (mqtt, mqtts, ws or wss://…)' }),
  ),
  MQTT_BROKER_USERNAME: z.optional(z.string()),
  MQTT_BROKER_PASSWORD: z.optional(z.string()),
  MQTT_BROKER_CA: z.optional(certificate),
  MQTT_BROKER_PREFIX: z._default(
    z
      .string()
      .check(
        z.maxLength(longestPrefix),
        z.regex(
          /^[^$+#\p{C}][^+#\p{C}]*(?<=\/)$/u,
          'End it with a slash, such as callout/; no + or #, no $ at its start',
        ),
      ),
    '',
  ),
  MQTT_BROKER_DEVICES: z._default(devices, new Map()),
}

type Given = Partial<Record<keyof typeof bridgeKeys, string>>

/** What is wrong with keys that are good each for itself. Nothing of a password is in it. */
export function bridgeProblems(given: Given): string[] {
  const url = parsed(given.MQTT_BROKER_URL)
  if (!url) return []
  const problems: string[] = []
  if (!url.hostname) problems.push('MQTT_BROKER_URL: Has no host')
  if (decoded(url.username) === null || decoded(url.password) === null) {
    problems.push('MQTT_BROKER_URL: Write a % in its user name or password as %25')
  }
  // MQTT-3.1.2-22: no password without a user name.
  const named = given.MQTT_BROKER_USERNAME ?? url.username
  if (given.MQTT_BROKER_PASSWORD && !named) problems.push('MQTT_BROKER_PASSWORD: Needs MQTT_BROKER_USERNAME')
  if (!given.MQTT_BROKER_PASSWORD && url.password && !named)
    problems.push('MQTT_BROKER_URL: A password needs a user name')
  if (given.MQTT_BROKER_CA && !/^(mqtts|wss):$/.test(url.protocol)) {
    problems.push('MQTT_BROKER_CA: Only with mqtts:// or wss://, nothing else is encrypted')
  }
  return problems
}

/** null without MQTT_BROKER_URL. User name and password of their own keys win over those in the URL. */
export function readBridge(values: z.infer<z.ZodMiniObject<typeof bridgeKeys>>): BridgeConfig | null {
  const url = parsed(values.MQTT_BROKER_URL)
  const protocol = protocols.find((one) => `${one}:` === url?.protocol)
  if (!url || !protocol) return null
  return Object.freeze({
    protocol,
    hostname: url.hostname,
    port: url.port ? Number(url.port) : null,
    path: url.pathname + url.search,
    username: values.MQTT_BROKER_USERNAME ?? (decoded(url.username) || undefined),
    password: values.MQTT_BROKER_PASSWORD ?? (decoded(url.password) || undefined),
    ca: values.MQTT_BROKER_CA,
    prefix: values.MQTT_BROKER_PREFIX,
    devices: values.MQTT_BROKER_DEVICES,
  })
}

const parsed = (url = '') => (URL.canParse(url) ? new URL(url) : null)

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** null when it is not percent-encoded as URLs are. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
