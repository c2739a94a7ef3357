import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PushMessage } from '#shared/push.ts'
import type { WorkerGlobals } from './globals.ts'
import { handlePush } from './push.ts'

const offer: PushMessage = {
  id: 'm1',
  event: 'order.offered',
  order: { id: 'o1', number: 'A7K-2Q9', status: 'pending' },
}
const texts: Record<string, string> = {
  'order.offered': 'New offer',
  accept: 'Accept',
  accepted: 'Yours',
  taken: 'Taken',
}

interface Shown extends NotificationOptions {
  title: string
  actions?: readonly { action: string }[]
}

interface Answers {
  refresh?: Response
  change?: Response
}

/** A worker whose page has stored its texts, and whose server answers so. */
function setUp({ refresh = Response.json({ accessToken: 't' }), change = Response.json({}) }: Answers = {}) {
  const [shown, opened, requests]: [Shown[], string[], [string, RequestInit?][]] = [[], [], []]
  const posted: unknown[] = []
  const listeners = new Map<string, (event: object) => void>()
  const page = {
    visibilityState: 'hidden',
    focus: () => Promise.resolve(),
    postMessage: (m: unknown) => posted.push(m),
  }
  const state = { pages: [page].slice(1) }
  const worker = {
    addEventListener: (type: string, listener: (event: object) => void) => void listeners.set(type, listener),
    registration: {
      showNotification: async (title: string, options: NotificationOptions) => void shown.push({ title, ...options }),
    },
    clients: { matchAll: async () => state.pages, openWindow: async (url: string) => void opened.push(url) },
  }
  Object.assign(globalThis, {
    caches: { open: async () => ({ match: async () => Response.json(texts) }) },
    fetch: async (path: string, init?: RequestInit) => {
      requests.push([path, init])
      return path.endsWith('/refresh') ? refresh : change
    },
  })
  const isWorker = (value: unknown): value is WorkerGlobals => value === worker
  if (isWorker(worker)) handlePush(worker)

  async function happen(type: string, event: object): Promise<void> {
    let work: Promise<unknown> = Promise.reject(new Error(`no listener of ${type} has waited`))
    work.catch(() => {})
    listeners.get(type)?.({ ...event, waitUntil: (promise: Promise<unknown>) => (work = promise) })
    await work
  }
  return {
    shown,
    opened,
    requests,
    posted,
    open: (visibilityState = 'visible') => void (state.pages = [{ ...page, visibilityState }]),
    push: (message: PushMessage) => happen('push', { data: { json: () => message } }),
    click: (action: string) =>
      happen('notificationclick', { action, notification: { data: shown.at(-1)?.data, close() {} } }),
  }
}

test('an offer is shown with its number and a button, once, and silently beside a page that is looked at', async () => {
  const phone = setUp()
  await phone.push(offer)
  await phone.push(offer)
  phone.open()
  await phone.push({ ...offer, id: 'm2' })
  assert.equal(
    phone.shown.map(({ title, body, tag, silent, actions }) => [title, body, tag, silent, actions?.[0]?.action]),
    [
      ['New offer', 'A7K-2Q9', 'o1', false, 'accept'],
      ['New offer', 'A7K-2Q9', 'o1', true, 'accept'],
    ],
  )
})

test('a press opens the order: in the open page, or in a new one', async () => {
  const phone = setUp()
  await phone.push(offer)
  await phone.click('')
  assert.equal(phone.opened, ['orders/o1'])
  phone.open('hidden')
  await phone.click('')
  assert.equal([phone.opened.length, phone.posted], [1, [{ open: '/orders/o1' }]])
})

test('"Accept" accepts the offer with the session of the browser, and says how it went', async () => {
  const phone = setUp()
  await phone.push(offer)
  await phone.click('accept')
  const [refresh, change] = phone.requests
  assert.is(refresh?.[0], 'api/auth/refresh')
  assert.is(change?.[0], 'api/orders/o1/status')
  assert.equal(await new Request('http://localhost', change?.[1]).json(), { status: 'accepted', commandId: 'push-m1' })
  assert.equal(new Headers(change?.[1]?.headers).get('authorization'), 'Bearer t')
  assert.is(phone.shown.at(-1)?.title, 'Yours')

  const late = setUp({ change: Response.json({ code: 'already_taken' }, { status: 409 }) })
  await late.push(offer)
  await late.click('accept')
  assert.is(late.shown.at(-1)?.title, 'Taken')

  const signedOut = setUp({ refresh: Response.json({ code: 'session_ended' }, { status: 401 }) })
  await signedOut.push(offer)
  await signedOut.click('accept')
  assert.is(signedOut.requests.length, 1)
})

test.run()
