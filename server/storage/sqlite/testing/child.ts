import { systemClock } from '../../../lib/clock.ts'
import { anOrder } from '../../../testing/records.ts'
import { createWriterThreadStore } from '../writer-thread.ts'

// A second process for the tests. `hold`: opens the file as the server does, and does not exit. `write`: writes orders
// without end, and prints the id of each once its write has resolved.
const [mode, file = ':memory:'] = process.argv.slice(2)
const store = createWriterThreadStore({ file, clock: systemClock, exclusive: true })
await store.start()
process.stdout.write('started\n')
if (mode === 'hold') setInterval(() => {}, 60_000)
else await Promise.all(Array.from({ length: 40 }, writeOn))

async function writeOn() {
  for (;;) {
    const order = anOrder()
    const id = `${order.id}-${process.pid}`
    await store.orders.create({ ...order, id, number: id })
    process.stdout.write(`${id}\n`)
    const by = { id: 'bob', name: 'Bob', role: 'vendor' } as const
    const entry = { status: 'accepted', at: order.createdAt, by, note: null, vendor: by } as const
    const accepted = { ...order, id, number: id, status: entry.status, version: 2, vendor: by }
    await store.orders.replace({ ...accepted, history: [...order.history, entry] }, 1)
  }
}
