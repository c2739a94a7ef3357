import { computed, signal } from '@preact/signals'
import {
  Webhook,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookList,
  WebhookWithSecret,
  type ChangeWebhook,
  type CreateWebhook,
} from '#shared/webhooks.ts'
import { ApiError, messageOf } from '../session/api-error.ts'
import type { Api } from '../../live/api.ts'

export type Webhooks = ReturnType<typeof createWebhooks>

/** The webhooks, for the admin's pages. What changes them rejects with ApiError. */
export function createWebhooks(api: Pick<Api, 'get' | 'post' | 'patch' | 'remove'>) {
  /** null until loaded. */
  const webhooks = signal<readonly Webhook[] | null>(null)
  const error = signal<unknown>(null)
  /** The secret that was made on this page. The server does not show it again. */
  const issued = signal<WebhookWithSecret | null>(null)

  const put = (webhook: Webhook) => {
    const known = webhooks.peek() ?? []
    const isNew = !known.some(({ id }) => id === webhook.id)
    webhooks.value = isNew ? [...known, webhook] : known.map((one) => (one.id === webhook.id ? webhook : one))
  }
  const issue = (made: WebhookWithSecret) => {
    issued.value = made
    put(made.webhook)
  }

  return {
    webhooks: computed(() => webhooks.value),
    issued: computed(() => issued.value),
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),

    async load(): Promise<void> {
      error.value = null
      try {
        webhooks.value = (await api.get('/webhooks', WebhookList)).webhooks
      } catch (cause) {
        // A list that has been read stays on the screen.
        if (webhooks.peek() === null) error.value = cause
      }
    },
    create: async (webhook: CreateWebhook): Promise<void> =>
      issue(await api.post('/webhooks', WebhookWithSecret, webhook)),
    change: async (id: string, change: ChangeWebhook): Promise<void> =>
      put(await api.patch(`/webhooks/${id}`, Webhook, change)),
    rotate: async (id: string): Promise<void> => issue(await api.post(`/webhooks/${id}/secret`, WebhookWithSecret, {})),
    remove: (id: string): Promise<void> => api.remove(`/webhooks/${id}`),
  }
}

export type WebhookLog = ReturnType<typeof createWebhookLog>

/** What was sent to one webhook, newest first. */
export function createWebhookLog(api: Pick<Api, 'get' | 'post'>, webhookId: string) {
  const deliveries = signal<readonly WebhookDelivery[] | null>(null)
  const nextCursor = signal<string | null>(null)
  const error = signal<unknown>(null)
  const loadingOlder = signal(false)
  const path = `/webhooks/${webhookId}/deliveries`

  async function read(cursor: string | null): Promise<void> {
    error.value = null
    try {
      const page = await api.get(`${path}?limit=20${cursor ? `&cursor=${cursor}` : ''}`, WebhookDeliveryList)
      const known = cursor ? (deliveries.peek() ?? []) : []
      deliveries.value = [...known, ...page.deliveries]
      nextCursor.value = page.nextCursor
    } catch (cause) {
      if (deliveries.peek() === null) error.value = cause
    }
  }

  return {
    /** null until loaded. */
    deliveries: computed(() => deliveries.value),
    nextCursor: computed(() => nextCursor.value),
    loadingOlder: computed(() => loadingOlder.value),
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    load: () => read(null),

    async loadOlder(): Promise<void> {
      if (!nextCursor.value || loadingOlder.value) return
      loadingOlder.value = true
      await read(nextCursor.value)
      loadingOlder.value = false
    },

    /** Resolves to what came of it. Rejects with ApiError. */
    async test(): Promise<WebhookDelivery> {
      const sent = await api.post(`/webhooks/${webhookId}/test`, WebhookDelivery, {})
      await read(null)
      return sent
    },

    /** Rejects with ApiError. */
    async replay(id: string): Promise<void> {
      const sent = await api.post(`${path}/${id}/replay`, WebhookDelivery, {})
      deliveries.value = (deliveries.peek() ?? []).map((one) => (one.id === id ? sent : one))
    },
  }
}

/** Whether the server refuses an address without TLS. */
export const needsTls = (error: unknown): boolean =>
  error instanceof ApiError && error.errors.some(({ code }) => code === 'https_required')
