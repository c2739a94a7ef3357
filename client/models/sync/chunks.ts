/** As many orders as are checked and shown within a few milliseconds, on a slow machine too. */
const most = 100

/** Does the work a slice of the items at a time; in between the page answers to whoever is at it. */
export async function inChunks<Item>(
  items: readonly Item[],
  work: (slice: readonly Item[]) => void,
  size = most,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    if (from > 0) await breath()
    work(items.slice(from, from + size))
  }
}

/** Lets everything that waits have its turn. A message, because a hidden page's timers hardly go on. */
function breath(): Promise<void> {
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
