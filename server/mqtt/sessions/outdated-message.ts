import type { Packet } from 'aedes-persistence'
import { z } from '../../lib/zod.ts'
import type { Store } from '../../storage/store.ts'

/** An order, a notification about one, or a message about one. */
const AboutOrder = z.object({
  id: z.string(),
  version: z.optional(z.int()),
  order: z.optional(z.object({ id: z.string() })),
  orderId: z.optional(z.string()),
  text: z.optional(z.string()),
})

/** Whether a queued message tells of one of `orders` as it was in an earlier version. */
export async function isOutdatedMessage(
  { payload }: Pick<Packet, 'payload'>,
  orders: ReadonlySet<string>,
  store: Pick<Store['orders'], 'byId'>,
): Promise<boolean> {
  const parsed = AboutOrder.safeParse(parsedJson(payload))
  if (!parsed.success) return false
  const { id, version, order, orderId, text } = parsed.data
  if (order) return orders.has(order.id)
  if (orderId !== undefined && text !== undefined) return orders.has(orderId)
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
