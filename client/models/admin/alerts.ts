import { computed, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { AlertList, type Alert } from '#shared/deadlines.ts'
import { topicOf } from '#shared/topics.ts'
import type { Api } from '../../live/api.ts'

const topicOfAlert = ({ kind, orderId }: Pick<Alert, 'kind' | 'orderId'>) => topicOf('alerts', { kind, orderId })

/** The orders that are late, until an admin has acknowledged it: kept current by the topics `alerts/…`. */
export function createAlerts(api: Pick<Api, 'get' | 'post'>) {
  const byTopic = signal<ReadonlyMap<string, Alert>>(new Map())
  /** What has arrived since the last read began, which is newer than its answer. */
  let arrived = new Map<string, Alert | null>()

  function set(topic: string, alert: Alert | null): void {
    arrived.set(topic, alert)
    show(byTopic.peek(), [[topic, alert]])
  }

  function show(known: Iterable<readonly [string, Alert]>, changes: Iterable<readonly [string, Alert | null]>): void {
    const next = new Map(known)
    for (const [topic, alert] of changes) {
      if (alert) next.set(topic, alert)
      else next.delete(topic)
    }
    byTopic.value = next
  }

  return {
    /** By order: an order is late with one thing at a time. */
    byOrder: computed(() => new Map([...byTopic.value.values()].map((alert) => [alert.orderId, alert]))),

    apply: (alert: Alert): void => set(topicOfAlert(alert), alert),

    /** The retained message of this topic was removed. */
    removed: (topic: string): void => set(topic, null),

    /** After a connection. A failure is repaired by the next one. */
    async load(): Promise<void> {
      const since = (arrived = new Map())
      const { alerts } = await api.get('/alerts', AlertList)
      show(
        alerts.map((alert) => [topicOfAlert(alert), alert]),
        since,
      )
    },

    /** Rejects with ApiError. */
    async acknowledge(alert: Alert): Promise<void> {
      await api.post(`/alerts/${alert.kind}/${alert.orderId}/acknowledge`, z.unknown(), {})
      set(topicOfAlert(alert), null)
    },
  }
}
