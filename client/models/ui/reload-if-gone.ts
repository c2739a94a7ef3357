import { basePath } from '../session/base-path.ts'

/** Of one page: a second reload within this time would not help. In ms. */
const reloadEvery = 60_000

const storageKey = 'callout.reloaded'

/**
 * After a failed import: a chunk that is gone while the server answers belongs to an earlier release, so the page is
 * reloaded, once. It then asks for the chunks of the new one. `before` runs just before the reload.
 */
export async function reloadIfGone(before = () => {}): Promise<void> {
  try {
    if (!(await fetch(`${basePath}/healthz`, { cache: 'no-store' })).ok) return
    // Without this storage the page could reload for ever.
    if (Date.now() - Number(sessionStorage.getItem(storageKey)) < reloadEvery) return
    sessionStorage.setItem(storageKey, `${Date.now()}`)
    before()
    location.reload()
  } catch {
    // There is no network.
  }
}
