import { useEffect, useRef, useState } from 'preact/hooks'

/** More than anyone has on a screen; so many more come before the end of what is there can be seen. */
const step = 100

/**
 * The first of many rows, as far as somebody has scrolled: what ten thousand rows cost, a document does not bear. Put
 * `<Rest of={…} />` where the rows end. `list`: whatever becomes another one when the rows are another list.
 */
export function useIncrementalList(rows: readonly string[], list: unknown) {
  const [reached, setReached] = useState({ list, count: step })
  const count = reached.list === list ? reached.count : step
  return {
    rows: rows.length > count ? rows.slice(0, count) : rows,
    /** How far that is, and how to go on; null when these are all. */
    rest: rows.length > count ? { count, more: () => setReached({ list, count: count + step }) } : null,
  }
}

/** The end of the rows that are there: coming near it brings more. */
export function Rest({ of }: { of: ReturnType<typeof useIncrementalList>['rest'] }) {
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(of)
  latest.current = of
  const count = of?.count

  useEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) latest.current?.more()
      },
      { rootMargin: '1500px' },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [count])

  return of && <div ref={end} class="h-11" aria-hidden="true" />
}
