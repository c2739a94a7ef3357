/** What the page has noticed since it was asked last; times in ms of its own clock. */
export interface Noticed {
  /** The longest the main thread was busy without a pause; 0: never for 50 ms. */
  longest: number
  longTasks: number
  /** The first row of the list on the screen, from the navigation's start. */
  firstRow: number
  /** From an order's arrival over the WebSocket until its row in the document has changed. */
  arrivalToChange: number[]
  /** The same until it is painted. */
  arrivalToPaint: number[]
  /** Orders that have arrived over the WebSocket. */
  heard: number
  /** Different rows of the table that were touched. */
  rowsTouched: number
  rows: number
}

declare global {
  interface Window {
    noticed(): Noticed
  }
}

/**
 * Runs in the page before anything of its own: notes long tasks, when orders arrive, and which rows change. Rows whose
 * text moves by itself ("3 min ago") are not counted: nothing has arrived for them.
 */
export function installProbe(): void {
  let longest = 0
  let longTasks = 0
  let firstRow = 0
  let arrivalToChange: number[] = []
  let arrivalToPaint: number[] = []
  let heard = 0
  const touched = new Set<Element>()
  const arrived = new Map<string, number>()

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      longTasks++
      longest = Math.max(longest, duration)
    }
  }).observe({ type: 'longtask', buffered: true })

  window.WebSocket = class extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      const decoder = new TextDecoder()
      // The first to hear of a message.
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (!(data instanceof ArrayBuffer)) return
        const text = decoder.decode(data)
        for (const [, id] of text.matchAll(/\{"id":"([^"]+)","number"/g)) {
          if (id) arrived.set(id, performance.now())
          heard++
        }
      })
    }
  }

  const rowOf = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('tr[data-order-id]')
  new MutationObserver((records) => {
    const rows = new Set<Element>()
    for (const { target, type, addedNodes } of records) {
      const row = rowOf(target)
      if (row && !(type === 'characterData' && target.parentElement?.localName === 'time')) rows.add(row)
      for (const node of addedNodes) if (node instanceof Element && node.matches('tr[data-order-id]')) rows.add(node)
    }
    firstRow ||= document.querySelector('tr[data-order-id]') ? performance.now() : 0
    for (const row of rows) {
      touched.add(row)
      const id = row.getAttribute('data-order-id') ?? ''
      const at = arrived.get(id)
      arrived.delete(id)
      if (at === undefined) continue
      arrivalToChange.push(performance.now() - at)
      requestAnimationFrame(() => void setTimeout(() => arrivalToPaint.push(performance.now() - at)))
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })

  window.noticed = () => {
    const rows = document.querySelectorAll('tr[data-order-id]').length
    const noticed = {
      longest,
      longTasks,
      firstRow,
      arrivalToChange,
      arrivalToPaint,
      heard,
      rowsTouched: touched.size,
      rows,
    }
    ;[longest, longTasks, heard, arrivalToChange, arrivalToPaint] = [0, 0, 0, [], []]
    touched.clear()
    return noticed
  }
}
