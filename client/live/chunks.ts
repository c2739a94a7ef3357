/** A slow machine validates and shows this many orders within a few milliseconds. */
const defaultSize = 100

/** Processes the items in chunks; between two chunks the event loop handles input and rendering. */
export async function inChunks<Item>(
  items: readonly Item[],
  work: (chunk: readonly Item[]) => void,
  size = defaultSize,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    if (from > 0) await nextTask()
    work(items.slice(from, from + size))
  }
}

/** Resolves in a later task of the event loop. It uses a message, as browsers throttle timers of hidden pages. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none, a window does
    port2.postMessage(null)
  })
}
