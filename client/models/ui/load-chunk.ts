import { loadLaterTexts } from '../../i18n/index.ts'
import { reloadIfGone } from './reload-if-gone.ts'

/** Imports a chunk that a page cannot do without, and the texts that it shows: tries again until there is a network. */
export async function loadChunk<T>(
  load: () => Promise<T>,
  loadTexts: () => Promise<void> = loadLaterTexts,
  pause = (milliseconds: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      const [chunk] = await Promise.all([load(), loadTexts()])
      return chunk
    } catch {
      // The first failure may be a lost connection. Some browsers repeat a failed import only after a reload.
      if (failures > 0) await reloadIfGone()
      await pause(Math.min(250 * 2 ** failures, 4_000))
    }
  }
}
