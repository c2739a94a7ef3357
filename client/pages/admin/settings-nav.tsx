import { useLocation } from 'preact-iso/router'
import { t } from '../../i18n/index.ts'

/** The pages of the settings. */
export function SettingsNav() {
  const { path } = useLocation()
  const pages = [
    { href: '/areas', label: t().dispatch.areas },
    { href: '/reasons', label: t().reasonLists.title },
    { href: '/tracking', label: t().tracking.links },
  ]
  return (
    <nav aria-label={t().nav.settings} class="mb-6 flex flex-wrap gap-x-5 border-b border-line">
      {pages.map(({ href, label }) => (
        <a
          key={href}
          href={href}
          aria-current={path === href ? 'page' : undefined}
          class="hit -mb-px flex items-center border-b-2 border-transparent text-sm font-medium text-soft transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
        >
          {label}
        </a>
      ))}
    </nav>
  )
}
