import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import { Button } from './button.tsx'

/** Grey shapes where the list will be; only after 200 ms, so that what is quick does not flicker. */
export function Skeleton({ rows = 3, class: height = 'h-28' }: { rows?: number; class?: string }) {
  return (
    <div class="grid animate-late gap-3" role="status">
      <span class="sr-only">{t().common.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class={`animate-pulse rounded-md bg-sunken ${height}`} aria-hidden="true" />
      ))}
    </div>
  )
}

interface PanelProps {
  icon: string
  title: string
  children?: ComponentChildren
  action?: ComponentChildren
}

/** Nothing here: what the place is for, and the next step. */
export function Empty({ icon, title, children, action }: PanelProps) {
  return (
    <div class="grid animate-appear justify-items-center gap-1 px-6 py-12 text-center">
      <span class={`${icon} mb-2 size-8 text-edge`} aria-hidden="true" />
      <p class="font-semibold">{title}</p>
      {children && <p class="max-w-80 text-sm text-soft">{children}</p>}
      {action && <div class="mt-4">{action}</div>}
    </div>
  )
}

/** The list could not be read. */
export function Failed({ message, onRetry }: { message: string; onRetry(): void }) {
  return (
    <div role="alert">
      <Empty
        icon="icon-[lucide--cloud-off]"
        title={t().components.notLoaded}
        action={
          <Button icon="icon-[lucide--rotate-cw]" onClick={onRetry}>
            {t().common.retry}
          </Button>
        }
      >
        {message}
      </Empty>
    </div>
  )
}
