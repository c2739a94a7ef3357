import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Highlights an element for a second when `version` changes after the first render. `ref`: the caller's, if it has one. */
export function useHighlight<E extends HTMLElement>(version: number, ref?: RefObject<E | null>) {
  const own = useRef<E>(null)
  const element = ref ?? own
  const shown = useRef(version)
  useEffect(() => {
    if (shown.current === version) return
    shown.current = version
    const target = element.current
    if (!target) return
    target.classList.remove('glow')
    // Reading the size forces a reflow, which restarts the animation for a second change.
    void target.offsetWidth
    target.classList.add('glow')
  }, [version, element])
  return element
}
