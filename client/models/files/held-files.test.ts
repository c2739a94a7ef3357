import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type * as z from 'zod/mini'
import { anOrder, fakeTimers, settled } from '../../testing/orders.ts'
import { unused } from '../../testing/workspace.ts'
import { inMemoryChanges } from '../../testing/offline.ts'
import { createOrders } from '../../live/orders.ts'
import { createMessages } from '../messages/messages.ts'
import { createOrderActions } from '../orders/order-actions.ts'
import { ApiError, offlineError } from '../session/api-error.ts'
import { createHeldFiles, type FileDraft } from './held-files.ts'
import type { OfflineFiles } from './offline-files.ts'
import { createUploads } from './uploads.ts'

const ana = { id: 'ana', name: 'Ana', role: 'vendor' } as const
const draft = (id: string, kind: FileDraft['kind'] = 'photo'): FileDraft => ({
  id,
  kind,
  name: `${id}.jpg`,
  blob: new Blob([id], { type: 'image/jpeg' }),
})

function inMemoryFiles(): OfflineFiles & { blobs: Map<string, Blob> } {
  const blobs = new Map<string, Blob>()
  return {
    blobs,
    get: async (id) => blobs.get(id) ?? null,
    put: async (id, blob) => void blobs.set(id, blob),
    remove: async (id) => void blobs.delete(id),
  }
}

/** A server that is away, or takes pictures and changes; `log`: what it received. */
function setUp(stored = inMemoryFiles(), offlineChanges = inMemoryChanges()) {
  const log: string[] = []
  const server: { failure: Error | null; refusedFile: string | null } = { failure: null, refusedFile: null }
  const order = anOrder({ version: 4, status: 'in_progress', vendor: { id: 'ana', name: 'Ana' } })
  const requests = {
    async upload(path: string, blob: Blob) {
      if (server.failure) throw server.failure
      const url = new URL(path, 'http://x')
      const [id, kind] = [url.searchParams.get('id') ?? '', url.searchParams.get('kind') ?? '']
      if (id === server.refusedFile) throw new ApiError('file_limit', 422, '')
      log.push(`${kind} ${id}: ${await blob.text()}`)
      const { id: by, ...author } = ana
      const about = { name: 'x', type: 'image/jpeg', size: 1, width: 1, height: 1, at: order.createdAt }
      return { file: { id, kind, ...about, by: { id: by, ...author } } }
    },
  }
  const change = async <S extends z.ZodMiniType>(_path: string, schema: S, body: unknown): Promise<z.infer<S>> => {
    if (server.failure) throw server.failure
    const { status, pin } = body as Record<string, string>
    log.push(`${status}${pin ? ` ${pin}` : ''}`)
    return schema.parse({ ...order, version: 5, status: 'completed' })
  }
  const timers = fakeTimers()
  const held = createHeldFiles({ requests, stored })
  const orders = createOrders({ ...timers, textOf: () => '' })
  const actions = createOrderActions({
    me: ana,
    api: { patch: change, post: change, put: change },
    orders,
    held,
    offlineChanges,
    notify: () => {},
    setTimer: timers.setTimer,
  })
  orders.apply(order)
  return { log, server, held, orders, actions, order, stored, offlineChanges, timers }
}

test('the pictures of a change are sent before it, each once, and are then removed from this browser', async () => {
  const { log, actions, order, stored } = setUp()
  const files = [draft('one'), draft('two', 'signature')]
  assert.ok(await actions.change(order, 'complete', 'completed', { pin: '0815', files }))
  assert.equal(log, ['photo one: one', 'signature two: two', 'completed 0815'])
  await settled()
  assert.is(stored.blobs.size, 0)
})

test('without a network they wait with the change, also over a reload', async () => {
  const before = setUp()
  before.server.failure = offlineError()
  assert.ok(await before.actions.change(before.order, 'complete', 'completed', { files: [draft('one')] }))
  assert.is(before.orders.peek('o1')?.status, 'completed', 'shown, as it waits')
  assert.equal([...before.stored.blobs.keys()], ['one'])
  before.actions.stop()

  const after = setUp(before.stored, before.offlineChanges)
  await after.actions.flush()
  assert.equal(after.log, ['photo one: one', 'completed'])
  assert.is(after.stored.blobs.size, 0)
})

test('a picture that the server refuses keeps the change from being sent; the form may send the others again', async () => {
  const { log, server, actions, order, orders, timers } = setUp()
  server.refusedFile = 'two'
  const files = [draft('one'), draft('two')]
  assert.not(await actions.change(order, 'complete', 'completed', { files }))
  assert.equal([actions.refusalOf('o1')?.code, orders.peek('o1')?.status], ['file_limit', 'in_progress'])
  timers.pass()
  await settled()
  assert.ok(await actions.change(order, 'complete', 'completed', { files: files.slice(0, 1) }))
  assert.equal([log, actions.refusalOf('o1')], [['photo one: one', 'completed'], null])
})

test('a picture that is added by itself is in the list until the order has it; a refused one stays with its reason', async () => {
  const { held, server, log } = setUp()
  const fetched: string[] = []
  const uploads = createUploads({ held, fetchOrder: async (id) => void fetched.push(id), stored: null })
  server.refusedFile = 'two'
  uploads.add('o1', [draft('one'), draft('two')])
  assert.is(uploads.items.value.length, 2)
  await uploads.flush()
  assert.equal([log, fetched], [['photo one: one'], ['o1']])
  const [left] = uploads.items.value
  assert.is(left?.id, 'two')
  assert.match(left?.refused ?? '', /as many pictures/)
  assert.ok(await held.blobOf('two'))
  uploads.remove('two')
  assert.is(await held.blobOf('two'), null)
})

test('the pictures of a message are sent before it, and it names them; offline both wait', async () => {
  const { held, server, log } = setUp()
  const post = async <S extends z.ZodMiniType>(_path: string, schema: S, body: unknown): Promise<z.infer<S>> => {
    const { id, text, files } = body as { id: string; text: string; files?: string[] }
    log.push(`${text}: ${files?.join()}`)
    return schema.parse({ id, orderId: 'o1', by: ana, text, internal: false, at: '2026-01-01T00:00:00.000Z' })
  }
  const messages = createMessages({ me: ana, api: { get: unused, post }, held, stored: null })
  server.failure = offlineError()
  messages.send('o1', 'It drips', false, [draft('one', 'message')])
  await settled()
  assert.equal(
    messages.outgoing.value.map(({ late, files }) => [late, files?.length]),
    [[true, 1]],
  )
  server.failure = null
  await messages.caughtUp()
  assert.equal([log, messages.outgoing.value], [['message one: one', 'It drips: one'], []])
  assert.is(await held.blobOf('one'), null)
  messages.stop()
})

test.run()
