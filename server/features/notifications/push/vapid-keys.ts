import type { VapidKeys } from 'web-push'
import type { Store } from '../../../storage/store.ts'
import { z } from '../../../lib/zod.ts'

const Keys = z.object({ publicKey: z.string(), privateKey: z.string() })

const name = 'vapid keys'

/**
 * Returns a function that reads the keys by which push services recognise this server (RFC 8292). They are made with the
 * first subscription and kept, for all nodes: subscriptions made with other keys would end.
 */
export function createVapidKeys({ keyValue }: Pick<Store, 'keyValue'>): () => Promise<VapidKeys> {
  let reading: Promise<VapidKeys> | null = null

  async function readOrCreate(): Promise<VapidKeys> {
    const stored = await keyValue.get(name)
    if (stored !== null) return Keys.parse(JSON.parse(stored))
    const { default: webPush } = await import('web-push')
    // Another node may be faster.
    await keyValue.create(name, JSON.stringify(webPush.generateVAPIDKeys()))
    return readOrCreate()
  }

  return () => {
    reading ??= readOrCreate().catch((error: unknown) => {
      reading = null
      throw error
    })
    return reading
  }
}
