import { useLayoutEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'

/** Navigates to another address and replaces this one in the history. */
export function Redirect({ to }: { to: string }) {
  const { route } = useLocation()
  useLayoutEffect(() => {
    route(to, true)
    // `route` is a new function after every navigation; the redirect must run once.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [to])
  return null
}
