import type { Packet } from 'aedes-persistence'
import { z } from '../../lib/zod.ts'
import type { Store } from '../../storage/store.ts'

/** An order, or a notification about one. */
const AboutOrder = z.object({
  id: z.string(),
  version: z.optional(z.int()),
  order: z.optional(z.object({ id: z.string() })),
})

/** Whether a queued message tells of one of `orders` as it was in an earlier version. */
export async function isOutdatedMessage(
  { payload }: Pick<Packet, 'payload'>,
  orders: ReadonlySet<string>,
  store: Pick<Store['orders'], 'byId'>,
): Promise<boolean> {
  const parsed = AboutOrder.safeParse(parsedJson(payload))
  if (!parsed.success) return false
  const { id, version, order } = parsed.data
  if (order) return orders.has(order.id)
  if (!orders.has(id) || version === undefined) return false
  const stored = await store.byId(id)
  return stored === null || version < stored.version
}

function parsedJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString())
  } catch {
    return null
  }
}
