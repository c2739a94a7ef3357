import { useEffect } from 'preact/hooks'
import type { StableList } from '../models/ui/stable-list.ts'

/** Tells a steady list when somebody's pointer or focus is in it; spread the result on the list's element. */
export function useHolds(list: StableList) {
  useEffect(() => {
    const scrolled = () => list.hold('scroll', scrollY > 40)
    addEventListener('scroll', scrolled, { passive: true })
    return () => {
      removeEventListener('scroll', scrolled)
      for (const hold of ['pointer', 'focus', 'scroll'] as const) list.hold(hold, false)
    }
  }, [list])

  return {
    // A finger does not hover: it is gone when it is lifted. And a list that appears under a resting mouse is not being
    // pointed at, so it is the movement that counts.
    onPointerMove: (event: PointerEvent) => list.hold('pointer', event.pointerType === 'mouse'),
    onPointerLeave: () => list.hold('pointer', false),
    onFocusIn: () => list.hold('focus', true),
    onFocusOut: (event: FocusEvent & { currentTarget: HTMLElement }) => {
      const to = event.relatedTarget
      list.hold('focus', to instanceof Node && event.currentTarget.contains(to))
    },
  }
}
