import { textOf } from './message.ts'

/** Where the page stores the texts of push notifications in its language (models/push/push-texts.ts). */
const textsCache = 'push-texts'
const textsPath = '/push-texts.json'

export type PushTexts = (name: string) => string

/** A browser may have deleted the texts: a notification then has its order's number only. */
export async function readTexts(): Promise<PushTexts> {
  try {
    const stored: unknown = await (await (await caches.open(textsCache)).match(textsPath))?.json()
    return (name) => textOf(stored, name)
  } catch {
    return () => ''
  }
}
