import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import type { User } from '#shared/users.ts'
import { t } from '../i18n/index.ts'
import type { LiveState } from '../live/live.ts'
import { setTitleCount } from '../models/ui/page-title.ts'
import type { Workspace } from '../models/workspace.ts'
import { LiveIndicator } from './live-indicator.tsx'
import { Logo } from './logo.tsx'
import { useWorkspace } from './workspace-context.ts'
import { UserMenu } from './user-menu.tsx'

export interface NavLink {
  href: string
  label: string
  count?: number
  /** The accessible text of a dot at the link: the page has unread changes. */
  unread?: string | null
}

interface Props {
  user: User
  live: LiveState
  /** Shows the latency of changes. For admins. */
  freshness?: Workspace['freshness']
  links: readonly NavLink[]
  /** Class for the width of the page's column, so that header and page line up. */
  width: string
  children?: ComponentChildren
  menu?: ComponentChildren
}

/** The header of every signed-in page. On a small screen the links wrap to a second row. */
export function AppHeader({ user, live, freshness, links, width, children, menu }: Props) {
  return (
    <header class="sticky top-0 z-10 border-b border-line bg-canvas">
      <div class={`mx-auto flex min-h-14 flex-wrap items-center gap-x-4 px-4 ${width}`}>
        <a href="/" class="flex items-center gap-2.5 rounded-sm font-semibold" aria-label={t().nav.home}>
          <Logo size={26} />
          <span class={children ? 'max-sm:sr-only' : ''}>Callout</span>
        </a>
        <div class="ms-auto flex min-w-0 flex-wrap items-center justify-end gap-x-3 max-sm:min-w-min max-sm:flex-1 sm:order-last sm:gap-x-4">
          <LiveIndicator state={live} freshness={freshness} />
          {children}
          <Bell />
          <UserMenu user={user}>{menu}</UserMenu>
        </div>
        {links.length > 0 && <Links links={links} />}
      </div>
    </header>
  )
}

/** Opens the notifications; the badge shows how many are unread. */
function Bell() {
  const unread = useWorkspace().notifications.unread.value
  const { path } = useLocation()
  useEffect(() => setTitleCount('notifications', unread), [unread])
  return (
    <a
      href="/notifications"
      aria-current={path === '/notifications' ? 'page' : undefined}
      class="relative -me-2 grid size-11 shrink-0 place-items-center rounded-full text-soft transition-colors hover:text-ink aria-[current=page]:text-accent"
    >
      <span class="icon-[lucide--bell] size-5" aria-hidden="true" />
      <span class="sr-only">{t().notifications.open(unread)}</span>
      {unread > 0 && (
        <span
          aria-hidden="true"
          class="absolute start-1/2 top-0.5 min-w-4.5 rounded-full bg-accent px-1 text-center text-xs leading-4.5 font-semibold text-on-accent"
        >
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </a>
  )
}

function Links({ links }: { links: readonly NavLink[] }) {
  const { path } = useLocation()
  return (
    <nav aria-label={t().nav.main} class="-mb-px flex flex-wrap gap-x-6 max-sm:w-full sm:ms-4 sm:self-stretch">
      {links.map(({ href, label, count, unread }) => (
        <a
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          class="hit flex items-center gap-2 border-b-2 border-transparent text-sm font-medium text-soft transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink max-sm:flex-1 max-sm:justify-center"
        >
          <span class={unread ? 'relative' : ''}>
            {label}
            {unread && (
              <span class="absolute -end-2 top-0 size-2 rounded-full bg-accent">
                <span class="sr-only">{unread}</span>
              </span>
            )}
          </span>
          {count !== undefined && (
            <span class="min-w-5 rounded-full bg-sunken px-1.5 text-center text-xs leading-5">{count}</span>
          )}
        </a>
      ))}
    </nav>
  )
}
