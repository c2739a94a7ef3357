import { useEffect, useState } from 'preact/hooks'
import { theme } from '../models/ui/theme.ts'

/** Whether the page is dark: by the chosen theme, or the device's. */
export function useDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'))
  const [isDeviceDark, setDeviceDark] = useState(query.matches)
  useEffect(() => {
    const change = () => setDeviceDark(query.matches)
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [query])
  return theme.value === 'system' ? isDeviceDark : theme.value === 'dark'
}
