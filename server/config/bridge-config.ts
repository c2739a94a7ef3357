import { readFileSync } from 'node:fs'
import { z } from '../lib/zod.ts'

/** Another MQTT broker that the bridge connects to, and its devices. */
export interface BridgeConfig {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss'
  readonly hostname: string
  /** null: the default port of the protocol. */
  readonly port: number | null
  /** The path of a WebSocket URL, including the query. */
  readonly path: string
  readonly username?: string
  readonly password?: string
  /** The only certificate authorities to trust, in PEM. undefined: those that Node trusts. */
  readonly ca?: string
  /** The prefix of every topic: empty, or ending in a slash. */
  readonly prefix: string
  /** The device's name on that broker → its id in the store. */
  readonly devices: ReadonlyMap<string, string>
}

const protocols = ['mqtt', 'mqtts', 'ws', 'wss'] as const

/** Leaves room for our longest topic where a broker limits the length of topics. */
const maxPrefixLength = 128

/** A valid topic level without the separators `,` and `=` of MQTT_BROKER_DEVICES. */
const deviceName = /^[^\s/+#$,=\p{C}]{1,64}$/u
const deviceId = /^[A-Za-z0-9_-]{1,64}$/

const certificate = z.pipe(
  z.string(),
  z.transform((file, context) => {
    const text = readOrEmpty(file)
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
    context.issues.push({ code: 'custom', message: 'Not a readable file with a certificate (PEM)', input: file })
    return z.NEVER
  }),
)

const devices = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const map = new Map<string, string>()
    for (const part of text.split(',').filter((entry) => entry.trim())) {
      const [name = '', id = '', ...more] = part.split('=').map((side) => side.trim())
      const invalid = !deviceName.test(name) || !deviceId.test(id) || more.length > 0
      const duplicate = map.has(name) || [...map.values()].includes(id)
      const message = invalid
        ? 'Not name=<device id>, separated by commas; no / + # $ or space in a name'
        : 'Name or device id used twice'
      if (invalid || duplicate)
        context.issues.push({ code: 'custom', message: `${message}: ${part.trim()}`, input: text })
      map.set(name, id)
    }
    return map
  }),
)

/** The part of the environment's schema that configures the bridge. */
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
        z.maxLength(maxPrefixLength),
        z.regex(
          /^[^$+#\p{C}][^+#\p{C}]*(?<=\/)$/u,
          'End it with a slash, such as callout/; no + or #, no $ at its start',
        ),
      ),
    '',
  ),
  MQTT_BROKER_DEVICES: z._default(devices, new Map()),
}

type RawValues = Partial<Record<keyof typeof bridgeKeys, string>>

/** The problems of the keys in combination. No message contains a password. */
export function bridgeProblems(raw: RawValues): string[] {
  const url = parseUrl(raw.MQTT_BROKER_URL)
  if (!url) return []
  const problems: string[] = []
  if (!url.hostname) problems.push('MQTT_BROKER_URL: The host is missing')
  if (decoded(url.username) === null || decoded(url.password) === null) {
    problems.push('MQTT_BROKER_URL: Write % in the user name or password as %25')
  }
  // [MQTT-3.1.2-22]: no password without a user name.
  const username = raw.MQTT_BROKER_USERNAME ?? url.username
  if (raw.MQTT_BROKER_PASSWORD && !username) problems.push('MQTT_BROKER_PASSWORD: Requires MQTT_BROKER_USERNAME')
  if (!raw.MQTT_BROKER_PASSWORD && url.password && !username)
    problems.push('MQTT_BROKER_URL: A password requires a user name')
  if (raw.MQTT_BROKER_CA && !/^(mqtts|wss):$/.test(url.protocol)) {
    problems.push('MQTT_BROKER_CA: Only for mqtts:// and wss://; mqtt:// and ws:// are not encrypted')
  }
  return problems
}

/** null without MQTT_BROKER_URL. MQTT_BROKER_USERNAME and _PASSWORD take precedence over the URL's. */
export function readBridge(values: z.infer<z.ZodMiniObject<typeof bridgeKeys>>): BridgeConfig | null {
  const url = parseUrl(values.MQTT_BROKER_URL)
  const protocol = protocols.find((name) => `${name}:` === url?.protocol)
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

const parseUrl = (url = '') => (URL.canParse(url) ? new URL(url) : null)

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** null for invalid percent-encoding. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
