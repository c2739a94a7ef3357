import { options, type ComponentChildren, type VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { LocationProvider, useLocation } from 'preact-iso/router'
import { basePath } from '../models/session/base-path.ts'

// Imported only where the server has a BASE_PATH. The pages know paths without it: links get it when they are rendered, and the
// router's address loses it.

const previous = options.vnode
options.vnode = (vnode: VNode<{ href?: unknown }>) => {
  const { href } = vnode.props
  if (vnode.type === 'a' && typeof href === 'string' && /^\/(?!\/)/.test(href)) vnode.props.href = basePath + href
  previous?.(vnode)
}

const withoutBase = (path: string) => (path.startsWith(basePath) ? path.slice(basePath.length) || '/' : path)

export function BelowBasePath({ children }: { children?: ComponentChildren }) {
  const location = useLocation()
  const value = useMemo(
    () => ({
      ...location,
      url: withoutBase(location.url),
      path: withoutBase(location.path),
      route: (url: string, replace?: boolean) => location.route(basePath + url, replace),
    }),
    [location],
  )
  return <LocationProvider.ctx.Provider value={value}>{children}</LocationProvider.ctx.Provider>
}
