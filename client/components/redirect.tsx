import { useLayoutEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'

/** Goes on to another address, in place of this one. */
export function Redirect({ to }: { to: string }) {
  const { route } = useLocation()
  useLayoutEffect(() => {
    route(to, true)
    // `route` is another function after every navigation; going on once is meant.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [to])
  return null
}

/** For every address a role does not have: where somebody wanted to go before they signed in, else their home. */
export function ToHome() {
  const { query, path } = useLocation()
  const wanted = query.next ?? ''
  const here = path === '/sign-in' || path === '/register'
  return <Redirect to={here && /^\/(?!\/)/.test(wanted) ? wanted : '/'} />
}
