import { computed, effect, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { NotificationList, type Notification } from '#shared/notifications.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'

export type Notifications = ReturnType<typeof createNotifications>

/** What this person was told about their orders: the server's list, kept current by its messages. */
export function createNotifications(api: Pick<Api, 'get' | 'post'>) {
  const byId = signal<ReadonlyMap<string, Notification>>(new Map())
  const unread = signal(0)
  const nextCursor = signal<string | null>(null)
  const state = signal<'loading' | 'ready' | 'failed'>('loading')
  const error = signal<unknown>(null)
  const loadingOlder = signal(false)

  async function read(cursor: string | null): Promise<void> {
    const page = await api.get(`/notifications?limit=30${cursor ? `&cursor=${cursor}` : ''}`, NotificationList)
    const known = cursor ? [...byId.peek()] : []
    byId.value = new Map([...known, ...page.notifications.map((one) => [one.id, one] as const)])
    unread.value = page.unread
    nextCursor.value = page.nextCursor
    error.value = null
    state.value = 'ready'
  }

  function handleFailure(cause: unknown) {
    error.value = cause
    // A list that has been read stays on the screen.
    if (state.value !== 'ready') state.value = 'failed'
  }

  /** A new notification, or one that was read, here or on another device. */
  function apply(notification: Notification): void {
    const known = byId.peek().get(notification.id)
    // A message may be delivered twice, and a new one after it was read.
    if (known?.read || known?.read === notification.read) return
    byId.value = new Map(byId.peek()).set(notification.id, notification)
    if (!notification.read) unread.value++
    else unread.value = Math.max(0, unread.peek() - 1)
  }

  return {
    /** Newest first. */
    list: computed(() => [...byId.value.values()].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id))),
    unread: computed(() => unread.value),
    state: computed(() => state.value),
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    nextCursor: computed(() => nextCursor.value),
    loadingOlder: computed(() => loadingOlder.value),
    apply,

    /** Reads the newest. Never rejects: `state` and `error` hold the result. */
    async load(): Promise<void> {
      if (state.value === 'failed') state.value = 'loading'
      await read(null).catch(handleFailure)
    },

    async loadOlder(): Promise<void> {
      if (!nextCursor.value || loadingOlder.value) return
      loadingOlder.value = true
      await read(nextCursor.value).catch(handleFailure)
      loadingOlder.value = false
    },

    /** Marks those about an order as read while it is on the screen, until the returned function is called. */
    readWhileShown(orderId: string): () => void {
      const sent = new Set<string>()
      return effect(() => {
        const shown = [...byId.value.values()].filter(({ id, order, read: isRead }) => {
          return order.id === orderId && !isRead && !sent.has(id)
        })
        const ids = shown.map(({ id }) => id)
        if (ids.length === 0 || document.hidden) return
        for (const id of ids) sent.add(id)
        api.post('/notifications/read', z.unknown(), { ids }).then(
          () => shown.forEach((one) => apply({ ...one, read: true })),
          // Sent again with the next change of the list.
          () => ids.forEach((id) => sent.delete(id)),
        )
      })
    },

    /** Rejects with ApiError. */
    async readAll(): Promise<void> {
      await api.post('/notifications/read', z.unknown(), { all: true })
      byId.value = new Map([...byId.peek()].map(([id, one]) => [id, { ...one, read: true }]))
      unread.value = 0
    },
  }
}
