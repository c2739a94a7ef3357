import { useEffect, useRef } from 'preact/hooks'

/** Lets an element glow for a second when `version` changes after it was first shown. */
export function useHighlight<E extends HTMLElement>(version: number) {
  const element = useRef<E>(null)
  const shown = useRef(version)
  useEffect(() => {
    if (shown.current === version) return
    shown.current = version
    const target = element.current
    if (!target) return
    target.classList.remove('glow')
    // Reading the size makes the browser notice the removal, so that a second change glows anew.
    void target.offsetWidth
    target.classList.add('glow')
  }, [version])
  return element
}
