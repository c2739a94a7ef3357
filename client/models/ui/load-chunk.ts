import { loadLaterTexts, loadTexts } from '../../i18n/index.ts'
import { reloadIfGone } from './reload-if-gone.ts'

/** What lazily imported pages need besides their own chunk. */
export const laterLoads: (() => Promise<unknown>)[] = [loadLaterTexts]

/**
 * Imports a chunk that a page cannot do without, and what it needs besides: tries again until there is a network. `besides`:
 * for pages that come first.
 */
export async function loadChunk<T>(
  load: () => Promise<T>,
  besides: () => Promise<unknown> = () => Promise.all(laterLoads.map((one) => one())),
  pause = (milliseconds: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      const [chunk] = await Promise.all([load(), besides()])
      return chunk
    } catch {
      // The first failure may be a lost connection. Some browsers repeat a failed import only after a reload.
      if (failures > 0) await reloadIfGone()
      await pause(Math.min(250 * 2 ** failures, 4_000))
    }
  }
}

/** The same for pages before the sign-in, which need nothing of those that are loaded early, for after it. */
export const loadStartChunk = <T>(load: () => Promise<T>): Promise<T> => loadChunk(load, () => loadTexts('start-later'))
