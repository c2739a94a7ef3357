import type { ClickEvent, PushEvent, SubscriptionChangeEvent, WorkerGlobals } from './globals.ts'
import { readPush, textOf } from './message.ts'
import { acceptOffer, sendSubscription } from './server.ts'
import { readTexts } from './texts.ts'

/** TypeScript's `NotificationOptions` are those of a page. */
interface ShownOptions extends NotificationOptions {
  /** Rings again when it replaces the notification with the same tag. */
  renotify?: boolean
  actions?: readonly { action: string; title: string }[]
}

/**
 * Shows push messages as notifications, also while no page is open. Addresses are relative to the worker's own, which may be
 * below a base path.
 */
export function handlePush(worker: WorkerGlobals): void {
  /** The ids of messages, as long as the browser keeps the worker running. */
  const rung = new Set<string>()
  const pages = () => worker.clients.matchAll({ type: 'window', includeUncontrolled: true })

  function show(title: string, options: ShownOptions): Promise<void> {
    return worker.registration.showNotification(title, { icon: 'icon-192.png', ...options })
  }

  async function received({ data }: PushEvent): Promise<void> {
    const { id, event, order } = readPush(data?.json())
    // The server may send a message twice; it rings once.
    if (rung.has(id)) return
    rung.add(id)
    const [texts, open] = await Promise.all([readTexts(), pages()])
    const isOffer = event === 'order.offered'
    await show(texts(event) || 'Callout', {
      tag: order?.id ?? 'test',
      renotify: true,
      body: order?.number ?? '',
      lang: texts('lang'),
      // A page that is looked at makes its own sound.
      silent: event !== 'test' && open.some(({ visibilityState }) => visibilityState === 'visible'),
      requireInteraction: isOffer,
      actions: isOffer ? [{ action: 'accept', title: texts('accept') }] : [],
      data: { id, orderId: order?.id ?? '', number: order?.number ?? '' },
    })
  }

  async function clicked({ action, notification }: ClickEvent): Promise<void> {
    const data: unknown = notification.data
    const orderId = textOf(data, 'orderId')
    notification.close()
    if (action !== 'accept') return openPage(orderId ? `/orders/${orderId}` : '/notifications')
    const result = await acceptOffer(orderId, `push-${textOf(data, 'id')}`.slice(0, 100))
    const texts = await readTexts()
    const number = textOf(data, 'number')
    await show(texts(result) || 'Callout', {
      tag: orderId,
      body: number,
      lang: texts('lang'),
      data: { orderId, number },
    })
  }

  async function openPage(path: string): Promise<void> {
    const [page] = await pages()
    if (!page) return void (await worker.clients.openWindow(path.slice(1)))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- clients of a worker have its origin
    page.postMessage({ open: path })
    await page.focus()
  }

  /** The browser has replaced its subscription. */
  async function subscriptionChanged(event: SubscriptionChangeEvent): Promise<void> {
    const options = event.oldSubscription?.options
    const renewed =
      event.newSubscription ??
      (options && (await worker.registration.pushManager.subscribe({ ...subscribeOptions(options) })))
    if (renewed) await sendSubscription(renewed)
  }

  worker.addEventListener('push', (event) => event.waitUntil(received(event)))
  worker.addEventListener('notificationclick', (event) => event.waitUntil(clicked(event)))
  worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(subscriptionChanged(event)))
}

const subscribeOptions = ({ applicationServerKey }: PushSubscriptionOptions) => ({
  userVisibleOnly: true,
  applicationServerKey,
})
