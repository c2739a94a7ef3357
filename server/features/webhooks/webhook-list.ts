import type { Clock } from '../../lib/clock.ts'
import type { WebhookRecord, WebhookStore } from './webhook-records.ts'

export interface WebhookListDependencies {
  webhooks: Pick<WebhookStore, 'list'>
  /** Whether other nodes may change webhooks in the same database. */
  severalNodes: boolean
  clock: Clock
}

export type CurrentWebhooks = ReturnType<typeof createCurrentWebhooks>

/** How long a node with others beside it uses the webhooks that it has read, in ms. */
export const validFor = 1_000

/**
 * The webhooks in memory, so that an order of a server without any costs no query. Of several nodes, each reads them again
 * after a second, and the one that changes them answers a second later: an order that changes on any node after the answer
 * finds the change.
 */
export function createCurrentWebhooks({ webhooks, severalNodes, clock }: WebhookListDependencies) {
  let read: { at: number; list: Promise<WebhookRecord[]> } | null = null

  return {
    list(): Promise<WebhookRecord[]> {
      const isValid = read && !(severalNodes && clock.monotonic() - read.at >= validFor)
      if (read && isValid) return read.list
      const fresh = { at: clock.monotonic(), list: webhooks.list() }
      fresh.list.catch(() => {
        if (read === fresh) read = null
      })
      read = fresh
      return fresh.list
    },

    /** After a change was stored: resolves when every node uses it. */
    async changed(): Promise<void> {
      read = null
      if (severalNodes) await new Promise<void>((resolve) => void clock.after(validFor, resolve))
    },
  }
}
