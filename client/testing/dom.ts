import { Window } from 'happy-dom'

/*
 * A page for a test of components. Import it before anything that renders; it is global, so such a test has a process
 * of its own (the runner gives each file one).
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
  'IntersectionObserver',
  'localStorage',
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

/** Ends what the page has going, so that the process can end. */
export const closePage = () => window.happyDOM.close()
