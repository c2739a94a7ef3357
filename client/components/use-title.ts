import { useEffect } from 'preact/hooks'
import { setPageTitle } from '../models/ui/page-title.ts'

/** The title of the tab while the page is open; null: not known yet. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    setPageTitle(title)
    return () => setPageTitle(null)
  }, [title])
}
