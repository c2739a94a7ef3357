import { Window } from 'happy-dom'

/*
 * A DOM for component tests. Import it before any module that renders. It is global; the runner starts a process for each
 * test file.
 */
const window = new Window({ url: 'http://localhost:3000/' })
const names = [
  'window',
  'document',
  'HTMLElement',
  'HTMLDialogElement',
  'Element',
  'Node',
  'Text',
  'SVGElement',
  'Event',
  'CustomEvent',
  'MutationObserver',
  'ResizeObserver',
  'IntersectionObserver',
  'FormData',
  'localStorage',
  'sessionStorage',
  'matchMedia',
  'location',
  'history',
  'addEventListener',
  'removeEventListener',
  'requestAnimationFrame',
  'cancelAnimationFrame',
] as const

for (const name of names) {
  const value: unknown = name === 'window' ? window : window[name]
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value })
}

/** Stops the page's timers, so that the process can exit. */
export const closePage = () => window.happyDOM.close()
