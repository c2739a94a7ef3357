import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { duration } from './duration.ts'
import { httpLimitKeys, readHttpLimits, type HttpLimits } from './http-config.ts'
import { list } from './list.ts'
import {
  mqttKeys,
  mqttProblems,
  readMqttLimits,
  readMqttTls,
  type MqttLimits,
  type MqttTlsConfig,
} from './mqtt-config.ts'
import { paymentKeys, paymentProblems, readPayments, type PaymentConfig } from './payment-config.ts'
import { filesKeys, readFiles, type FilesConfig } from './files-config.ts'
import { placeKeys, readPlace, type PlaceConfig } from './place-config.ts'
import { readReach, reachKeys, reachProblems, type ReachConfig } from './reach-config.ts'
import { mapKeys, readMap, type MapConfig } from './map-config.ts'
import { readUpkeep, upkeepKeys, upkeepProblems, type UpkeepConfig } from './upkeep-config.ts'
import { oidcKeys, oidcProblems, readOidc, type OidcConfig } from './oidc-config.ts'
import { bridgeKeys, bridgeProblems, readBridge, type BridgeConfig } from './bridge-config.ts'
import { isCountry, type CountryCode } from '../lib/phone-number.ts'
import { isLoopbackAddress } from '../net/client-address.ts'
import { email } from '#shared/email.ts'
import { fieldErrors, z } from '../lib/zod.ts'

const port = (defaultPort: number) =>
  z._default(
    z.coerce.number('Not a number').check(z.int('Not a whole number'), z.minimum(0), z.maximum(65535)),
    defaultPort,
  )
const url = (...schemes: string[]) =>
  z.optional(
    z.url({
      protocol: new RegExp(`^(${schemes.join('|')})$`),
      error: `Not a URL (${schemes.map((scheme) => `${scheme}://…`).join(', ')})`,
    }),
  )
const flag = z.optional(
  z.pipe(
    z.enum(['true', 'false'], 'Either true or false'),
    z.transform((value) => value === 'true'),
  ),
)

/** Every environment variable of the system, in the order of .env.example (config.test.ts compares them). */
export const environment = z.object({
  PORT: port(3000),
  HOST: z._default(z.string(), '127.0.0.1'),
  MQTT_PORT: port(1883),
  BASE_PATH: z._default(
    z.pipe(
      z.string().check(z.regex(/^(\/[\w-]+)*\/?$/, 'A path such as /callout')),
      z.transform((value) => value.replace(/\/$/, '')),
    ),
    '',
  ),
  // z.url() rejects the URI of a replica set, which contains several hosts.
  MONGO_URI: z.optional(
    z.string().check(z.regex(/^mongodb(\+srv)?:\/\/[^\s/]+(\/\S*)?$/, 'Not a URL (mongodb://…, mongodb+srv://…)')),
  ),
  DATA_DIR: z._default(z.string(), './data'),
  JWT_SECRET: z.optional(z.string().check(z.minLength(32, 'Use 32 characters or more'))),
  ACCESS_TOKEN_TTL: z._default(duration, 15 * 60),
  REDIS_URL: url('redis', 'rediss'),
  ...bridgeKeys,
  ALLOWED_ORIGINS: z._default(
    z.pipe(list, z.array(z.url({ protocol: /^https?$/, error: 'Not an origin (https://…)' }))),
    [],
  ),
  RATE_LIMITS: z._default(z.enum(['on', 'off'], 'Either on or off'), 'on'),
  ...httpLimitKeys,
  ...mqttKeys,
  CURRENCY: z._default(z.string().check(z.regex(/^[A-Z]{3}$/, 'Three capital letters, such as USD')), 'USD'),
  COUNTRY: z._default(
    z.custom<CountryCode>((code) => typeof code === 'string' && isCountry(code), 'Two capital letters, such as US'),
    'US',
  ),
  LOG_LEVEL: z._default(z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']), 'info'),
  METRICS_TOKEN: z.optional(z.string().check(z.minLength(16, 'Use 16 characters or more'))),
  TRUST_PROXY: z._default(
    z.pipe(
      z.string().check(z.refine(isTrustProxy, 'A number of hops, true, false, or addresses such as 10.0.0.0/8')),
      z.transform(toTrustProxy),
    ),
    false,
  ),
  ...upkeepKeys,
  ...reachKeys,
  ...paymentKeys,
  ...placeKeys,
  ...filesKeys,
  ...oidcKeys,
  ...mapKeys,
  ADMIN_EMAIL: z.optional(email),
  ADMIN_PASSWORD: z.optional(z.string()),
  VENDOR_EMAIL: z.optional(email),
  VENDOR_PASSWORD: z.optional(z.string()),
  DEMO: flag,
})

function isTrustProxy(value: string): boolean {
  if (/^(true|false|\d{1,2})$/.test(value)) return true
  return value.split(',').every((part) => {
    const [address = '', bits = '0', ...more] = part.trim().split('/')
    const isRangeName = /^(loopback|linklocal|uniquelocal)$/.test(address)
    return more.length === 0 && /^\d{1,3}$/.test(bits) && (isRangeName || isIP(address) > 0)
  })
}

/** The value of Express' setting 'trust proxy': a number of hops, true, false, or the proxies' addresses. */
function toTrustProxy(value: string): number | boolean | string {
  if (value === 'true' || value === 'false') return value === 'true'
  return /^\d+$/.test(value) ? Number(value) : value
}

export interface Config extends ReachConfig, PlaceConfig, FilesConfig, PaymentConfig, UpkeepConfig, MapConfig {
  readonly port: number
  readonly host: string
  readonly mqttPort: number
  /** The path below which a proxy serves everything, such as `/callout`; empty at the root. */
  readonly basePath: string
  /** The folder of the embedded database, the generated secret, the demo passwords and the devices' sessions. */
  readonly dataDir: string
  /** null: the embedded database in dataDir. */
  readonly mongoUri: string | null
  /** The Redis that connects several nodes. null: a single node. */
  readonly redisUrl: string | null
  /** null: the server generates one and stores it in dataDir. */
  readonly jwtSecret: string | null
  /** In seconds. */
  readonly accessTokenTtl: number
  /** The other broker that the bridge connects to, or null. */
  readonly bridge: BridgeConfig | null
  readonly allowedOrigins: readonly string[]
  readonly rateLimits: boolean
  readonly httpLimits: HttpLimits
  readonly mqttLimits: MqttLimits
  readonly mqttTls: MqttTlsConfig | null
  /** Addresses of proxies that begin each MQTT connection with a PROXY header, or null. */
  readonly mqttProxyProtocol: string | null
  readonly currency: string
  /** Of phone numbers that are written without a country's code (ISO 3166-1 alpha-2). */
  readonly country: CountryCode
  /** null: people sign in here only. */
  readonly oidc: OidcConfig | null
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL']
  /** The bearer token of GET /metrics. null: only clients on this machine may read it. */
  readonly metricsToken: string | null
  readonly trustProxy: number | boolean | string
  /** Whether the start creates demo accounts and a small catalogue. */
  readonly demo: boolean
  /** Whether DEMO=true is set: demo accounts may then be used through a proxy too. */
  readonly demoForced: boolean
  /** Defaults of create-admin and create-vendor. */
  readonly accounts: Readonly<Record<'admin' | 'vendor', { email?: string; password?: string }>>
}

/** The process's environment. The file .env in the working directory sets the variables that the environment does not. */
function processEnvironment() {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** Contains one message per problem, each starting with the key. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`bad configuration\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

const isLoopbackHost = (host: string) => host === 'localhost' || isLoopbackAddress(host)

/**
 * Reads the environment into one frozen, typed Config; throws a ConfigError that names every invalid key. An empty value
 * counts as unset, so a copied .env.example changes nothing.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = processEnvironment()): Config {
  const raw = Object.fromEntries(Object.keys(environment.shape).map((key) => [key, env[key]?.trim() || undefined]))
  const parsed = environment.safeParse(raw)
  const problems = parsed.success
    ? []
    : fieldErrors(parsed.error.issues).map(({ path, message }) => `${path.split('.', 1)[0]}: ${message}`)

  // Combinations are checked on the raw values, so that one start names every problem even if some values are invalid.
  const isLoopback = isLoopbackHost(raw.HOST ?? '127.0.0.1')
  if (raw.REDIS_URL && !raw.MONGO_URI)
    problems.push('REDIS_URL: Requires MONGO_URI, because the nodes share one database. Unset it to run a single node')
  if (!raw.JWT_SECRET && (raw.MONGO_URI || !isLoopback)) {
    problems.push('JWT_SECRET: Required (32 characters or more) with MONGO_URI or when HOST is not a loopback address')
  }
  problems.push(
    ...mqttProblems(raw),
    ...bridgeProblems(raw),
    ...reachProblems(raw),
    ...paymentProblems(raw),
    ...oidcProblems(raw),
    ...upkeepProblems(raw),
  )
  if (raw.RATE_LIMITS === 'off' && !isLoopback) problems.push('RATE_LIMITS: "off" requires a loopback HOST')
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)

  const values = parsed.data
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    mqttPort: values.MQTT_PORT,
    basePath: values.BASE_PATH,
    dataDir: values.DATA_DIR,
    mongoUri: values.MONGO_URI ?? null,
    redisUrl: values.REDIS_URL ?? null,
    jwtSecret: values.JWT_SECRET ?? null,
    accessTokenTtl: values.ACCESS_TOKEN_TTL,
    bridge: readBridge(values),
    allowedOrigins: values.ALLOWED_ORIGINS.map((origin) => new URL(origin).origin),
    rateLimits: values.RATE_LIMITS === 'on',
    httpLimits: readHttpLimits(values),
    mqttLimits: readMqttLimits(values),
    mqttTls: readMqttTls(values),
    mqttProxyProtocol: values.MQTT_PROXY_PROTOCOL ?? null,
    currency: values.CURRENCY,
    country: values.COUNTRY,
    logLevel: values.LOG_LEVEL,
    metricsToken: values.METRICS_TOKEN ?? null,
    trustProxy: values.TRUST_PROXY,
    ...readUpkeep(values, values.DATA_DIR),
    ...readReach(values, values.BASE_PATH),
    ...readPayments(values),
    ...readPlace(values),
    ...readFiles(values, values.DATA_DIR),
    oidc: readOidc(values),
    ...readMap(values, values.DATA_DIR),
    demoForced: values.DEMO === true,
    demo: values.DEMO ?? (isLoopback && !values.MONGO_URI),
    accounts: Object.freeze({
      admin: { email: values.ADMIN_EMAIL, password: values.ADMIN_PASSWORD },
      vendor: { email: values.VENDOR_EMAIL, password: values.VENDOR_PASSWORD },
    }),
  })
}
