import { createServer } from 'node:net'
import { z } from '../../../server/lib/zod.ts'
import type { Config } from '../../../server/config/config.ts'
import { ok, problem, warning, type Finding } from '../finding.ts'

/** How long an answer may take, in ms. */
export const patience = 5_000

/** The address of this machine by which the server at HOST is reached. */
export const localHost = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host

const Health = z.object({ status: z.string() })
const Ready = z.object({
  status: z.optional(z.string()),
  detail: z.optional(z.string()),
  backup: z.optional(z.object({ since: z.string() })),
  redis: z.optional(z.object({ since: z.unknown() })),
})

/** Whether the server runs and is well; if it does not run, whether its ports are free. */
export async function checkServer(config: Config): Promise<{ isRunning: boolean; findings: Finding[] }> {
  const base = `http://${localHost(config.host)}:${config.port}`
  const health = await ask(`${base}/healthz`)
  if (Health.safeParse(health).success)
    return { isRunning: true, findings: readiness(base, await ask(`${base}/readyz`)) }
  const ports = [
    ['PORT', config.port],
    ['MQTT_PORT', config.mqttPort],
    ...(config.mqttTls ? [['MQTT_TLS_PORT', config.mqttTls.port] as const] : []),
  ] as const
  const findings = await Promise.all(ports.map(([key, port]) => freePort(key, port, config.host)))
  return { isRunning: false, findings: [ok('the server does not run'), ...findings] }
}

async function ask(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience) })
    return await response.json()
  } catch {
    return null
  }
}

function readiness(base: string, answer: unknown): Finding[] {
  const { status, detail, backup, redis } = Ready.safeParse(answer).data ?? {}
  if (status !== 'ready')
    return [problem(`the server at ${base} is not ready: ${detail ?? 'no answer'}`, 'see its log for the reason')]
  return [
    ok(`the server at ${base} is ready`),
    ...(backup ? [problem(`its backups fail since ${backup.since}`, 'see the warnings in its log')] : []),
    ...(redis ? [warning(`Redis is away since ${String(redis.since)}`, 'check REDIS_URL and that Redis runs')] : []),
  ]
}

function freePort(key: string, port: number, host: string): Promise<Finding> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : undefined
      if (code === 'EADDRINUSE')
        resolve(problem(`the port ${port} is taken by another program`, `stop it, or set another ${key}`))
      else if (code === 'EACCES')
        resolve(problem(`the port ${port} is not allowed to this user`, `set a ${key} of 1024 or more`))
      else if (code === 'EADDRNOTAVAIL') resolve(problem(`${host} is no address of this machine`, 'set another HOST'))
      else resolve(problem(`the port ${port} cannot be opened: ${error.message}`, `set another ${key} or HOST`))
    })
    server.listen(port, host, () => server.close(() => resolve(ok(`the port ${port} (${key}) is free`))))
  })
}
