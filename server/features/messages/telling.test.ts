import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { OrderRecord } from '../../storage/store.ts'
import { StillClock } from '../../testing/clock.ts'
import { anOrder } from '../../testing/records.ts'
import { emptyStore } from '../../testing/store.ts'
import type { ToldMessage } from '../../services/domain-events.ts'
import { createMessageStore, messageKeyOf, messageRecords, readMarkRecords } from './message-records.ts'
import { present } from './messages.service.ts'
import { recipientsOfMessage } from './recipients.ts'
import { createTelling } from './telling.ts'
import { createUnread } from './unread.ts'

const test = suite('telling of messages')

const log = { error: () => {}, debug: () => {}, warn: () => {}, info: () => {} }

test('a message that was stored is told until it is done, also by the next process, and never again after that', async () => {
  const clock = new StillClock()
  const { store, close } = await emptyStore([messageRecords, readMarkRecords])
  const order = anOrder({ vendor: { id: 'ben', name: 'Ben' }, status: 'accepted' })
  await store.orders.create(order)
  const messages = createMessageStore(store)
  const told: string[] = []
  let isAway = true
  let tried = () => {}
  const start = () =>
    createTelling({
      messages,
      store,
      unread: createUnread({ messages, orders: store.orders, clock }),
      async publishMessage({ text }) {
        told.push(text)
      },
      events: {
        async tellMessage({ message, to }: ToldMessage) {
          if (isAway) throw new Error('the notifications cannot be stored')
          told.push(`${message.text} to ${to.map(({ id, isFirst }) => `${id} ${isFirst}`).join()}`)
          tried()
        },
      },
      present,
      nodes: { isLeader: () => true },
      clock,
      log,
    })
  const record = (id: string) => ({
    key: messageKeyOf(order.id, id),
    id,
    orderId: order.id,
    authorId: order.customer.id,
    authorName: 'Ana',
    authorRole: 'customer' as const,
    text: id,
    internal: false,
    files: null,
    at: new Date(clock.now()).toISOString(),
    untold: true,
  })
  const first = record('one')
  await messages.create(first)
  const telling = start()
  telling.tell(first, order)
  await telling.stop()
  assert.equal([told, (await messages.untold(9)).length], [['one'], 1])

  // The next process finds it, however young it is; a message that follows is not the first unread one.
  isAway = false
  const done = new Promise<void>((resolve) => (tried = resolve))
  const next = start()
  next.start()
  await done
  await next.stop()
  assert.equal([told.slice(1).toSorted(), (await messages.untold(9)).length], [['one', 'one to ben true'], 0])
  clock.advance(1)
  const second = record('two')
  await messages.create(second)
  next.tell(second, order)
  await next.stop()
  assert.equal(told.slice(3).toSorted(), ['two', 'two to ben false'])
  await close()
})

test('who is told follows from who wrote it, and whether a vendor has the order', async () => {
  const vendor = { id: 'ben', name: 'Ben' }
  const admins = async () => ['kim', 'lee']
  const toldOf = async (
    authorRole: 'customer' | 'vendor' | 'admin',
    internal: boolean,
    order: Partial<OrderRecord>,
  ) => {
    const authorId = { customer: 'ana', vendor: 'ben', admin: 'kim' }[authorRole]
    return (await recipientsOfMessage({ authorId, authorRole, internal }, anOrder(order), admins)).map(({ id }) => id)
  }
  assert.equal(await toldOf('customer', false, { vendor }), ['ben'])
  assert.equal(await toldOf('customer', false, {}), ['kim', 'lee'])
  assert.equal(await toldOf('vendor', false, { vendor }), ['ana'])
  assert.equal(await toldOf('vendor', true, { vendor }), ['kim', 'lee'])
  assert.equal(await toldOf('admin', false, { vendor }), ['ana', 'ben'])
  assert.equal(await toldOf('admin', false, {}), ['ana'])
  assert.equal(await toldOf('admin', true, { vendor }), ['ben'])
  assert.equal(await toldOf('admin', true, {}), [])
})

test.run()
