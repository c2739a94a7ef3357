/** How long after a shift a press on what moved does nothing, in ms. */
export const guardDuration = 600

/** Smaller moves come from rounding. In px. */
const tolerance = 4

export interface Box {
  left: number
  top: number
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

interface Shift<T> {
  element: T
  /** Where the element was, in the document. */
  before: Box
  at: number
}

/**
 * Remembers where pressable elements were before they moved, vanished, or covered others. `sample` takes the boxes in the
 * viewport after each change of the page.
 */
export function createShiftLog<T>(now: () => number) {
  let boxes: ReadonlyMap<T, Box> = new Map()
  let scrolled: Point = { x: 0, y: 0 }
  let shifts: Shift<T>[] = []

  return {
    /** `expected`: the person caused the change, by a press or a key, and knows what moves. */
    sample(next: ReadonlyMap<T, Box>, scroll: Point, expected: boolean): void {
      const at = now()
      shifts = shifts.filter((shift) => at - shift.at < 10 * guardDuration)
      if (!expected) {
        for (const [element, box] of boxes) {
          const after = next.get(element)
          if (after && !moved(box, scrolled, after, scroll)) continue
          shifts.push({ element, before: inDocument(box, scrolled), at })
        }
        for (const [element, box] of next) {
          if (boxes.has(element) || ![...boxes].some(([other, old]) => next.has(other) && overlap(old, box))) continue
          shifts.push({ element, before: nowhere, at })
        }
      }
      boxes = next
      scrolled = scroll
    },

    /**
     * Whether less than 600 ms before the press at `point` of the document another element was there. `since`: when the
     * finger came down.
     */
    blocks(pressed: T, point: Point, since: number): boolean {
      return shifts.some(
        ({ element, before, at }) => at > since - guardDuration && (element === pressed) !== contains(before, point),
      )
    },
  }
}

const nowhere: Box = { left: 0, top: 0, width: 0, height: 0 }

const inDocument = ({ left, top, width, height }: Box, { x, y }: Point): Box => ({
  left: left + x,
  top: top + y,
  width,
  height,
})

const apart = (a: Box, b: Box) => Math.abs(a.left - b.left) > tolerance || Math.abs(a.top - b.top) > tolerance

/** In the viewport and in the document: scrolling moves a box in one of them, and scroll anchoring keeps it in the other. */
const moved = (before: Box, scrolledBefore: Point, after: Box, scrolledAfter: Point) =>
  apart(before, after) && apart(inDocument(before, scrolledBefore), inDocument(after, scrolledAfter))

const contains = ({ left, top, width, height }: Box, { x, y }: Point) =>
  x >= left && x < left + width && y >= top && y < top + height

const overlap = (a: Box, b: Box) =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height
