import { createShiftLog, type Box } from './shift-log.ts'

const pressable = 'a[href], button, summary, label, select, tr[tabindex]'

/** The parts of a page arrive for a while after it was opened: how long, in ms. */
const openingDuration = 1_000

/** What a press or a key changes is in the page within two frames, or within this time (in ms) if effects change it further. */
const responseDuration = 200

/**
 * Ignores a press on an element that less than 600 ms ago was not there: a row, a button or a notice that moved under the
 * finger or the pointer. Keys press the element with the focus, wherever it is. Returns the function that stops it.
 */
export function guardPresses(): () => void {
  const log = createShiftLog<Element>(() => performance.now())
  const listeners = new AbortController()
  const { signal } = listeners
  let expectedFrames = 0
  let requested = 0
  let downAt = 0
  let expectedUntil = 0

  function sample(expected: boolean) {
    const boxes = new Map<Element, Box>()
    for (const element of document.querySelectorAll(pressable)) boxes.set(element, element.getBoundingClientRect())
    log.sample(boxes, { x: scrollX, y: scrollY }, expected)
  }
  /** Once per frame, before it is painted: the boxes are computed for the frame anyway. */
  function sampleInFrame() {
    requested ||= requestAnimationFrame(() => {
      requested = 0
      sample(expectedFrames > 0 || performance.now() < expectedUntil)
      if (expectedFrames > 0 && --expectedFrames > 0) sampleInFrame()
    })
  }
  function expectChange(duration = responseDuration) {
    expectedFrames = 2
    expectedUntil = Math.max(expectedUntil, performance.now() + duration)
    sampleInFrame()
  }
  const expectPage = () => expectChange(openingDuration)
  function onClick(event: MouseEvent) {
    const pressed = event.target instanceof Element ? event.target.closest(pressable) : null
    // Keys, assistive technology and labels send clicks without a pointer.
    const byPointer = event.isTrusted && event.detail > 0
    if (pressed && byPointer && log.blocks(pressed, { x: event.pageX, y: event.pageY }, downAt)) {
      event.preventDefault()
      event.stopImmediatePropagation()
      return
    }
    expectChange()
    if (pressed?.matches('a[href]')) expectPage()
  }

  addEventListener('pointerdown', () => (downAt = performance.now()), { signal, capture: true })
  addEventListener('click', onClick, { signal, capture: true })
  for (const input of ['keydown', 'input', 'resize']) {
    addEventListener(input, () => expectChange(), { signal, capture: true })
  }
  addEventListener('popstate', expectPage, { signal, capture: true })
  // What scrolls inside a pane or a dialog moves by the person's hand.
  addEventListener('scroll', ({ target }) => void (target === document || expectChange()), { signal, capture: true })
  const observer = new MutationObserver(sampleInFrame)
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
  sample(true)
  expectPage()

  return () => {
    listeners.abort()
    observer.disconnect()
    cancelAnimationFrame(requested)
  }
}
