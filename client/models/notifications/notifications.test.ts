import '../../testing/dom.ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Notification } from '#shared/notifications.ts'
import { aNotification, at, settled } from '../../testing/orders.ts'
import { closePage } from '../../testing/dom.ts'
import { offlineError } from '../session/api-error.ts'
import { createNotifications } from './notifications.ts'

test.after(closePage)

/** A model whose server has these notifications, two on a page. */
function setUp(stored: Notification[]) {
  const posted: unknown[] = []
  const server = { away: false }
  const model = createNotifications({
    async get(path, schema) {
      if (server.away) throw offlineError()
      const start = Number(new URLSearchParams(path.split('?')[1]).get('cursor') ?? 0)
      const more = stored.length > start + 2
      return schema.parse({
        notifications: stored.slice(start, start + 2),
        unread: stored.filter(({ read }) => !read).length,
        nextCursor: more ? String(start + 2) : null,
      })
    },
    async post(_path, schema, body) {
      if (server.away) throw offlineError()
      posted.push(body)
      return schema.parse(null)
    },
  })
  return { model, posted, server }
}

const idsOf = ({ list }: ReturnType<typeof setUp>['model']) => list.value.map(({ id }) => id)
const [first, second, third] = [1, 2, 3].map((n) => aNotification({ id: `n${n}`, at: at(n) }))
const stored = [third, second, first].flatMap((one) => one ?? [])

test('the list is read page by page, newest first, and shows what arrives', async () => {
  const { model } = setUp(stored)
  await model.load()
  assert.equal([idsOf(model), model.unread.value], [['n3', 'n2'], 3])
  await model.loadOlder()
  assert.equal([idsOf(model), model.nextCursor.value], [['n3', 'n2', 'n1'], null])
  model.apply(aNotification({ id: 'n4', at: at(4) }))
  assert.equal([idsOf(model), model.unread.value], [['n4', 'n3', 'n2', 'n1'], 4])
})

test('a message delivered twice counts once, and one read elsewhere is read here', async () => {
  const { model } = setUp(stored)
  await model.load()
  const fresh = aNotification({ id: 'n4', at: at(4) })
  for (const message of [fresh, fresh, { ...fresh, read: true }, { ...fresh, read: true }, fresh]) model.apply(message)
  assert.is(model.unread.value, 3)
  assert.is(model.list.value[0]?.read, true)
  // Of a page that is not loaded.
  model.apply(aNotification({ id: 'n1', at: at(1), read: true }))
  assert.is(model.unread.value, 2)
})

test('what concerns an order on the screen is read, also when it arrives, once for each', async () => {
  const { model, posted, server } = setUp([])
  await model.load()
  model.apply(aNotification({ id: 'a' }))
  model.apply(aNotification({ id: 'b', order: { id: 'o2', number: 'N-o2', status: 'accepted' } }))
  server.away = true
  const stop = model.readWhileShown('o1')
  await settled()
  assert.equal([posted, model.unread.value], [[], 2])
  server.away = false
  model.apply(aNotification({ id: 'c' }))
  await settled()
  assert.equal([posted, model.unread.value], [[{ ids: ['a', 'c'] }], 1])
  stop()
  model.apply(aNotification({ id: 'd' }))
  await settled()
  assert.is(posted.length, 1)
})

test('all are read at once; a failure keeps the list', async () => {
  const { model, posted, server } = setUp(stored)
  await model.load()
  await model.readAll()
  assert.equal(posted, [{ all: true }])
  assert.equal([model.unread.value, model.list.value.every(({ read }) => read)], [0, true])
  server.away = true
  await model.load()
  assert.equal([model.state.value, idsOf(model)], ['ready', ['n3', 'n2']])
})

test.run()
