import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { bridgeKeys, bridgeProblems, readBridge, type BridgeConfig } from './bridge-config.ts'
import { isLoopbackAddress } from '../net/client-address.ts'
import { fieldErrors, z } from '../lib/zod.ts'

/**
 * The environment, read once: every key of the system in the order of .env.example (config.test.ts compares them).
 * An empty value counts as unset, so that a copied .env.example changes nothing.
 */
const port = (standard: number) =>
  z._default(
    z.coerce.number('Not a number').check(z.int('Not a whole number'), z.minimum(0), z.maximum(65535)),
    standard,
  )
const url = (...schemes: string[]) =>
  z.optional(
    z.url({
      protocol: new RegExp(`^(${schemes.join('|')})$`),
      error: `Not a URL (${schemes.map((s) => `${s}://…`).join(', ')})`,
    }),
  )
const flag = z.optional(
  z.pipe(
    z.enum(['true', 'false'], 'Either true or false'),
    z.transform((value) => value === 'true'),
  ),
)
const email = z.optional(z.email('Not an e-mail address'))

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }
const duration = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,6}[smhd]$/, 'A number and a unit, such as 30s, 15m, 12h or 7d')),
  z.transform((value) => Number(value.slice(0, -1)) * (seconds[value.slice(-1)] ?? 1)),
)
const list = z.pipe(
  z.string(),
  z.transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ),
)

export const environment = z.object({
  PORT: port(3000),
  HOST: z._default(z.string(), '127.0.0.1'),
  MQTT_PORT: port(1883),
  // Not a URL as others are: a replica set has several hosts in it.
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
  CURRENCY: z._default(z.string().check(z.regex(/^[A-Z]{3}$/, 'Three capital letters, such as USD')), 'USD'),
  LOG_LEVEL: z._default(z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']), 'info'),
  METRICS_TOKEN: z.optional(z.string().check(z.minLength(16, 'Use 16 characters or more'))),
  TRUST_PROXY: z._default(
    z.pipe(
      z.string().check(z.refine(isProxies, 'A number of hops, true, false, or addresses such as 10.0.0.0/8')),
      z.transform(proxies),
    ),
    false,
  ),
  ADMIN_EMAIL: email,
  ADMIN_PASSWORD: z.optional(z.string()),
  VENDOR_EMAIL: email,
  VENDOR_PASSWORD: z.optional(z.string()),
  DEMO: flag,
})

function isProxies(value: string): boolean {
  if (/^(true|false|\d{1,2})$/.test(value)) return true
  return value.split(',').every((part) => {
    const [address = '', bits = '0', ...more] = part.trim().split('/')
    const named = /^(loopback|linklocal|uniquelocal)$/.test(address)
    return more.length === 0 && /^\d{1,3}$/.test(bits) && (named || isIP(address) > 0)
  })
}

/** As Express takes it: a number of hops, true, false, or the proxies' addresses. */
function proxies(value: string): number | boolean | string {
  if (value === 'true' || value === 'false') return value === 'true'
  return /^\d+$/.test(value) ? Number(value) : value
}

export interface Config {
  readonly port: number
  readonly host: string
  readonly mqttPort: number
  /** Where the embedded database, the generated secret and the demo passwords are kept. */
  readonly dataDir: string
  /** null: the embedded database, in dataDir. */
  readonly mongoUri: string | null
  /** What makes several nodes one; null on a single one. */
  readonly redisUrl: string | null
  /** null: one is made and kept in dataDir. */
  readonly jwtSecret: string | null
  /** Seconds. */
  readonly accessTokenTtl: number
  /** The broker that people already run, if there is one. */
  readonly bridge: BridgeConfig | null
  readonly allowedOrigins: readonly string[]
  readonly rateLimits: boolean
  readonly currency: string
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL']
  /** The bearer token of GET /metrics. null: only clients on this machine may read it. */
  readonly metricsToken: string | null
  readonly trustProxy: number | boolean | string
  /** Whether demo accounts and a small catalogue are made at the start. */
  readonly demo: boolean
  /** What create-admin and create-vendor use when no flag says otherwise. */
  readonly accounts: Readonly<Record<'admin' | 'vendor', { email?: string; password?: string }>>
}

/** The process's environment and, where it says nothing, the file .env in the working directory. */
function processEnvironment() {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** Every key that is wrong, each with what is wrong with it. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`bad configuration\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

const isLoopbackHost = (host: string) => host === 'localhost' || isLoopbackAddress(host)

/** Reads the environment into one frozen, typed Config. Throws ConfigError with every bad key named. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = processEnvironment()): Config {
  const given = Object.fromEntries(Object.keys(environment.shape).map((key) => [key, env[key]?.trim() || undefined]))
  const parsed = environment.safeParse(given)
  const problems = parsed.success
    ? []
    : fieldErrors(parsed.error.issues).map(({ path, message }) => `${path.split('.', 1)[0]}: ${message}`)

  // What belongs together is checked on what was given, so that one start names every bad key and not just the first kind.
  const loopback = isLoopbackHost(given.HOST ?? '127.0.0.1')
  if (given.REDIS_URL && !given.MONGO_URI)
    problems.push('REDIS_URL: The nodes share one database: set MONGO_URI as well, or unset it to run on one machine')
  if (!given.JWT_SECRET && (given.MONGO_URI || !loopback)) {
    problems.push('JWT_SECRET: Needed (32 characters or more) with MONGO_URI or when HOST is not a loopback address')
  }
  problems.push(...bridgeProblems(given))
  if (given.RATE_LIMITS === 'off' && !loopback) problems.push('RATE_LIMITS: "off" is for a loopback HOST only')
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)

  const values = parsed.data
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    mqttPort: values.MQTT_PORT,
    dataDir: values.DATA_DIR,
    mongoUri: values.MONGO_URI ?? null,
    redisUrl: values.REDIS_URL ?? null,
    jwtSecret: values.JWT_SECRET ?? null,
    accessTokenTtl: values.ACCESS_TOKEN_TTL,
    bridge: readBridge(values),
    allowedOrigins: values.ALLOWED_ORIGINS.map((origin) => new URL(origin).origin),
    rateLimits: values.RATE_LIMITS === 'on',
    currency: values.CURRENCY,
    logLevel: values.LOG_LEVEL,
    metricsToken: values.METRICS_TOKEN ?? null,
    trustProxy: values.TRUST_PROXY,
    demo: values.DEMO ?? (loopback && !values.MONGO_URI),
    accounts: Object.freeze({
      admin: { email: values.ADMIN_EMAIL, password: values.ADMIN_PASSWORD },
      vendor: { email: values.VENDOR_EMAIL, password: values.VENDOR_PASSWORD },
    }),
  })
}
