import type { Role } from '#shared/actors.ts'
import { language, t } from '../../i18n/index.ts'

// The same as in service-worker/texts.ts. The worker must stand alone, and a module that both import is a chunk of its own.
const textsCache = 'push-texts'
const textsPath = '/push-texts.json'

/** Stores what push notifications say, in the language of the page, for the service worker. */
export async function storePushTexts(role: Role): Promise<void> {
  const taken = role === 'vendor' ? { 'order.released': t().push.takenBack } : {}
  const texts = { lang: language.value, ...t().push.events, ...taken, ...t().push.offer }
  const cache = await caches.open(textsCache)
  await cache.put(textsPath, new Response(JSON.stringify(texts)))
}
