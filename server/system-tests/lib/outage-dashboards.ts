import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '../../testing/app.ts'

/** The highest received version of each order. */
export type Versions = ReadonlyMap<string, number>

interface ReceivedOrder {
  id?: string
  version?: number
}

function createVersions() {
  const versions = new Map<string, number>()
  const take = ({ id, version }: ReceivedOrder) => {
    if (id && version) versions.set(id, Math.max(version, versions.get(id) ?? 0))
  }
  return { versions: versions as Versions, take }
}

/** An admin's dashboard that only subscribes, on one connection throughout. */
export async function subscribedDashboard(admin: Person) {
  const { versions, take } = createVersions()
  const probe = await admin.connect('websocket')
  probe.client.on('message', (_topic, payload) => take(JSON.parse(payload.toString()) as ReceivedOrder))
  for (const topic of ['orders/new', 'orders/update']) await probe.subscribe(topic)
  return { versions, connected: () => probe.client.connected, end: () => probe.end() }
}

/** A dashboard that only polls for changes. After an error it polls again from the same cursor. */
export async function pollingDashboard(admin: Person, isFinishing: () => boolean) {
  const { versions, take } = createVersions()
  let cursor: string = (await admin.get('/api/orders')).body.syncCursor
  async function poll(): Promise<boolean> {
    let page = ''
    for (;;) {
      const { status, body } = await admin.get(`/api/orders?since=${cursor}${page}`)
      if (status !== 200) return false
      for (const order of body.orders) take(order as ReceivedOrder)
      if (body.nextCursor) page = `&cursor=${body.nextCursor}`
      else {
        cursor = body.syncCursor
        return true
      }
    }
  }
  return {
    versions,
    poll,
    async run() {
      while (!isFinishing()) {
        await poll()
        await sleep(2_000)
      }
    },
  }
}
