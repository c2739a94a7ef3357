import type { DemoAccount } from '../../server/demo/demo-accounts.ts'
import type { Target } from './balancer.ts'

export interface Ready {
  host: string
  /** The balancer's. */
  ports: Target
  nodes: readonly { pid: number | undefined; target: Target }[]
  demoAccounts: readonly DemoAccount[]
  /** Databases that were started for the nodes. */
  started: readonly string[]
  /** Settings generated for this run that other scripts need. */
  generated: Readonly<Record<string, string>>
  /** Milliseconds until a node is restarted. */
  restartAfter: number
}

/** The start message. Its first and last lines have the format of `npm start`. */
export function readyLines({ host, ports, nodes, demoAccounts, started, generated, restartAfter }: Ready): string[] {
  const at = host.includes(':') ? `[${host}]` : host
  const settings = Object.entries(generated).map(([key, value]) => `${key}=${value}`)
  return [
    ...(demoAccounts.length > 0 ? ['demo accounts:'] : []),
    ...demoAccounts.map(({ email, password }) => `  ${email.padEnd(22)} ${password}`),
    'nodes:',
    ...nodes.map(({ pid, target: { http, mqtt } }, n) => {
      return `  ${String(n + 1).padEnd(3)} pid ${String(pid).padEnd(8)} http ${http}  mqtt ${mqtt}`
    }),
    ...(started.length > 0 ? [`temporary data in ${started.join(' and ')}`] : []),
    ...(settings.length > 0
      ? ['for npm run token, seed and others in another terminal:', `  export ${settings.join(' ')}`]
      : []),
    `kill -9 PID kills a node; it restarts ${restartAfter / 1000} s later. Ctrl-C stops everything.`,
    `ready http://${at}:${ports.http} mqtt://${at}:${ports.mqtt} ws://${at}:${ports.http}/mqtt`,
  ]
}
