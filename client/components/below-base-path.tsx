import { options, type ComponentChildren, type VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { LocationProvider, useLocation } from 'preact-iso/router'
import { basePath } from '../models/session/base-path.ts'

// The pages know paths without BASE_PATH: links get it when they are rendered, and the router's address loses it.

if (basePath) {
  const previous = options.vnode
  options.vnode = (vnode: VNode<{ href?: unknown }>) => {
    const { href } = vnode.props
    if (vnode.type === 'a' && typeof href === 'string' && /^\/(?!\/)/.test(href)) vnode.props.href = basePath + href
    previous?.(vnode)
  }
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
