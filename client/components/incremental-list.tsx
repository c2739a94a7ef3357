import { useEffect, useRef, useState } from 'preact/hooks'

/** Rows that are added at once; more than fit on a screen. */
const batchSize = 100

/**
 * Renders the first 100 rows, then 100 more near the end of the list: ten thousand rows are too many for a document. Put
 * `<MoreRows of={…} />` after the rows. `list`: its identity changes when the rows belong to another list.
 */
export function useIncrementalList(rows: readonly string[], list: unknown) {
  const [reached, setReached] = useState({ list, count: batchSize })
  const count = reached.list === list ? reached.count : batchSize
  return {
    rows: rows.length > count ? rows.slice(0, count) : rows,
    /** The number of rows rendered, and a function that adds more. null when all rows are rendered. */
    rest: rows.length > count ? { count, more: () => setReached({ list, count: count + batchSize }) } : null,
  }
}

/** Marks the end of the rendered rows. More rows are added when it comes within 1500 px of the viewport. */
export function MoreRows({ of }: { of: ReturnType<typeof useIncrementalList>['rest'] }) {
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
