import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What one subscriber received since `begin`. */
export interface Received {
  messages: number
  /** Longest time between two messages, in ms. */
  longestGap: number
  /** Number of messages of each order, by topic and id: `orders/new o1`. */
  orders: Record<string, number>
  /** Number of status messages of each vendor, by topic and id: `vendor/status v1`. */
  statuses: Record<string, number>
  /** The last status of each; `begin` does not reset it. */
  last: Record<string, string>
  /** Repeated statuses, which show that one in between is missing. */
  broken: number
}

export interface WatchOrders {
  urls: string[]
  token: string
  filters: string[]
}

/** Subscribers, one for each url, in a separate process, so that the load does not delay them. */
export async function startWatchers(watch: WatchOrders) {
  const child = fork(join(import.meta.dirname, 'watchers.child.ts'), { execArgv: ['--import', 'tsx'] })
  async function request(message: unknown): Promise<Received[]> {
    child.send(message as object)
    const [answer] = (await once(child, 'message')) as [Received[]]
    return answer
  }
  await request(watch)
  return {
    /** Resets the counts. */
    begin: () => request('begin'),
    report: () => request('report'),
    end: () => void child.kill('SIGKILL'),
  }
}
