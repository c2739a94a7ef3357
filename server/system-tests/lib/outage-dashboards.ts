import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '../../testing/app.ts'

/** The highest version of every order that somebody was told of. */
export type Screen = ReadonlyMap<string, number>

interface Told {
  id?: string
  version?: number
}

function createScreen() {
  const versions = new Map<string, number>()
  const take = ({ id, version }: Told) => {
    if (id && version) versions.set(id, Math.max(version, versions.get(id) ?? 0))
  }
  return { versions: versions as Screen, take }
}

/** An admin's dashboard that only listens: one connection throughout. */
export async function listeningScreen(admin: Person) {
  const { versions, take } = createScreen()
  const probe = await admin.connect('websocket')
  probe.client.on('message', (_topic, payload) => take(JSON.parse(payload.toString()) as Told))
  for (const topic of ['orders/new', 'orders/update']) await probe.subscribe(topic)
  return { versions, connected: () => probe.client.connected, end: () => probe.end() }
}

/** One that only asks what has changed since it last asked; no answer is the reason to ask again, from the same point. */
export async function askingScreen(admin: Person, isOver: () => boolean) {
  const { versions, take } = createScreen()
  let cursor: string = (await admin.get('/api/orders')).body.syncCursor
  async function ask(): Promise<boolean> {
    const { status, body } = await admin.get(`/api/orders?since=${cursor}`)
    if (status !== 200) return false
    for (const order of body.orders) take(order as Told)
    cursor = body.syncCursor
    return true
  }
  return {
    versions,
    ask,
    async run() {
      while (!isOver()) {
        await ask()
        await sleep(2_000)
      }
    },
  }
}
