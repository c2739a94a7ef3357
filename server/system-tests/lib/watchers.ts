import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What one subscriber has received since it was told to begin. */
export interface Received {
  messages: number
  /** Between two messages one after the other, in milliseconds. */
  longestGap: number
  /** How often each order came, by topic and id: `orders/new o1`. */
  orders: Record<string, number>
  /** How many statuses of each vendor came, by topic and id: `vendor/status v1`. */
  statuses: Record<string, number>
  /** And which came last; not forgotten at a new beginning. */
  last: Record<string, string>
  /** Statuses that repeat the one before, so that one in between is missing. */
  broken: number
}

export interface WatchOrders {
  urls: string[]
  token: string
  filters: string[]
}

/** Healthy subscribers, one for each url, in a process of their own: the load cannot make them late. */
export async function startWatchers(watch: WatchOrders) {
  const child = fork(join(import.meta.dirname, 'watchers.child.ts'), { execArgv: ['--import', 'tsx'] })
  async function ask(question: unknown): Promise<Received[]> {
    child.send(question as object)
    const [answer] = (await once(child, 'message')) as [Received[]]
    return answer
  }
  await ask(watch)
  return {
    /** Forgets what came so far. */
    begin: () => ask('begin'),
    report: () => ask('report'),
    end: () => void child.kill('SIGKILL'),
  }
}
