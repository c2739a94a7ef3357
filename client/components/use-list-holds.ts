import { useEffect } from 'preact/hooks'
import type { StableList } from '../models/ui/stable-list.ts'

/** A finger gives no sign before it presses, so a device without a pointer that hovers holds a list at all times. */
const byTouch = () => matchMedia('(hover: none)').matches

/** Holds a stable list while the pointer, a finger or the focus may be in it. Spread the result on the list's element. */
export function useListHolds(list: StableList) {
  useEffect(() => {
    const scrolled = () => list.hold('scroll', scrollY > 40)
    // On return to the page the list is up to date.
    const shown = () => list.hold('touch', byTouch() && !document.hidden)
    shown()
    addEventListener('scroll', scrolled, { passive: true })
    document.addEventListener('visibilitychange', shown)
    return () => {
      removeEventListener('scroll', scrolled)
      document.removeEventListener('visibilitychange', shown)
      for (const hold of ['pointer', 'focus', 'scroll', 'touch'] as const) list.hold(hold, false)
    }
  }, [list])

  return {
    // A list that appears under a resting mouse is not held: only a movement counts.
    onPointerMove: (event: PointerEvent) => list.hold('pointer', event.pointerType !== 'touch'),
    onPointerLeave: () => list.hold('pointer', false),
    /** A touch screen beside a mouse. */
    onPointerDown: (event: PointerEvent) => event.pointerType === 'touch' && list.hold('touch', true),
    onFocusIn: () => list.hold('focus', true),
    onFocusOut: (event: FocusEvent & { currentTarget: HTMLElement }) => {
      const to = event.relatedTarget
      list.hold('focus', to instanceof Node && event.currentTarget.contains(to))
    },
  }
}
