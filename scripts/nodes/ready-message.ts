import type { DemoAccount } from '../../server/demo/demo-accounts.ts'
import type { Target } from './balancer.ts'

export interface Ready {
  host: string
  /** The balancer's. */
  ports: Target
  nodes: readonly { pid: number | undefined; target: Target }[]
  demoAccounts: readonly DemoAccount[]
  /** The engines that were started for the nodes. */
  started: readonly string[]
  /** What was made up for this run and other scripts need as well. */
  made: Readonly<Record<string, string>>
  /** Milliseconds until a node that has ended is started again. */
  backAfter: number
}

/** Where to go and what to do there, with the first and the last lines as `npm start` has them. */
export function readyLines({ host, ports, nodes, demoAccounts, started, made, backAfter }: Ready): string[] {
  const at = host.includes(':') ? `[${host}]` : host
  const settings = Object.entries(made).map(([key, value]) => `${key}=${value}`)
  return [
    ...(demoAccounts.length > 0 ? ['demo accounts:'] : []),
    ...demoAccounts.map(({ email, password }) => `  ${email.padEnd(22)} ${password}`),
    'nodes:',
    ...nodes.map(({ pid, target: { http, mqtt } }, n) => {
      return `  ${String(n + 1).padEnd(3)} pid ${String(pid).padEnd(8)} http ${http}  mqtt ${mqtt}`
    }),
    ...(started.length > 0 ? [`data in ${started.join(' and ')}, until the end only`] : []),
    ...(settings.length > 0
      ? ['for npm run token, seed and others, elsewhere:', `  export ${settings.join(' ')}`]
      : []),
    `kill -9 PID ends a node; it is started again ${backAfter / 1000} s later. Ctrl-C ends everything.`,
    `ready http://${at}:${ports.http} mqtt://${at}:${ports.mqtt} ws://${at}:${ports.http}/mqtt`,
  ]
}
