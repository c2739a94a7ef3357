import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import { notices } from '../models/ui/notices.ts'
import { useWorkspace } from './workspace-context.ts'

/** Width of the column for each role. The header uses the same. */
export const columns = { customer: 'max-w-148', vendor: 'max-w-168', admin: 'max-w-none' } as const

/** The column of a page. While a notice covers its lower end, it can be scrolled further, so that no button stays covered. */
export function Page({ width, children }: { width: keyof typeof columns; children: ComponentChildren }) {
  const end = notices.value.length > 0 ? 'pb-56' : 'pb-16'
  return <main class={`mx-auto w-full px-4 pt-6 ${end} ${columns[width]}`}>{children}</main>
}

/** Above a list while the page is offline: the list may be outdated. */
export function OfflineBanner() {
  const workspace = useWorkspace()
  if (workspace.live.state.value.phase !== 'offline') return null
  const waiting = workspace.waiting.value
  return (
    <p class="mb-4 flex animate-late items-center gap-2 rounded-sm bg-sunken px-3 py-2.5 text-sm">
      <span class="icon-[lucide--cloud-off] size-4 shrink-0 text-soft" aria-hidden="true" />
      <span>{waiting > 0 ? t().components.lastKnownUnsent(waiting) : t().components.lastKnown}</span>
    </p>
  )
}
