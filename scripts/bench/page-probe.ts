/** What the page observed since the previous read; times in ms of its own clock. */
export interface Observations {
  /** Longest long task; 0 if no task took 50 ms. */
  longest: number
  longTasks: number
  /** Time from the start of the navigation to the first row. */
  firstRow: number
  /** From an order's arrival over the WebSocket to the change of its row in the document. */
  arrivalToChange: number[]
  /** From an order's arrival to the paint of its row. */
  arrivalToPaint: number[]
  /** Orders received over the WebSocket. */
  received: number
  /** Number of different rows that changed. */
  rowsTouched: number
  rows: number
}

declare global {
  interface Window {
    observations(): Observations
  }
}

/**
 * Runs in the page before its own scripts. Records long tasks, arrivals of orders and changed rows. Relative times
 * ("3 min ago") change without an order and are not counted.
 */
export function installProbe(): void {
  let longest = 0
  let longTasks = 0
  let firstRow = 0
  let arrivalToChange: number[] = []
  let arrivalToPaint: number[] = []
  let received = 0
  const touched = new Set<Element>()
  const arrivals = new Map<string, number>()

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      longTasks++
      longest = Math.max(longest, duration)
    }
  }).observe({ type: 'longtask', buffered: true })

  window.WebSocket = class extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      const decoder = new TextDecoder()
      // Registered first, so it runs before the page's own listener.
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (!(data instanceof ArrayBuffer)) return
        const text = decoder.decode(data)
        for (const [, id] of text.matchAll(/\{"id":"([^"]+)","number"/g)) {
          if (id) arrivals.set(id, performance.now())
          received++
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
      const at = arrivals.get(id)
      arrivals.delete(id)
      if (at === undefined) continue
      arrivalToChange.push(performance.now() - at)
      requestAnimationFrame(() => void setTimeout(() => arrivalToPaint.push(performance.now() - at)))
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })

  window.observations = () => {
    const rows = document.querySelectorAll('tr[data-order-id]').length
    const observations = {
      longest,
      longTasks,
      firstRow,
      arrivalToChange,
      arrivalToPaint,
      received,
      rowsTouched: touched.size,
      rows,
    }
    ;[longest, longTasks, received, arrivalToChange, arrivalToPaint] = [0, 0, 0, [], []]
    touched.clear()
    return observations
  }
}
