import { t } from '../i18n/index.ts'
import { dismissNotice, notices } from '../models/ui/notices.ts'
import { Button, IconButton } from './button.tsx'

const icons = {
  done: 'icon-[lucide--check] text-completed',
  waiting: 'icon-[lucide--cloud-upload] text-soft',
  changed: 'icon-[lucide--bell] text-accent',
  problem: 'icon-[lucide--circle-alert] text-danger',
} as const

/** Notices at the bottom of the screen. Screen readers read them out. */
export function Notices() {
  return (
    <div
      role="status"
      class="pointer-events-none fixed inset-x-0 bottom-0 z-20 grid justify-items-center gap-2 p-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
    >
      {notices.value.map(({ id, tone, text, action }) => (
        <div
          key={id}
          class="pointer-events-auto flex min-h-12 w-full max-w-110 animate-appear items-center gap-3 rounded-md border border-line bg-surface ps-4 text-sm [box-shadow:var(--shadow-float)]"
        >
          <span class={`size-4 shrink-0 ${icons[tone]}`} aria-hidden="true" />
          <p class="min-w-0 flex-1 py-2">{text}</p>
          {action && (
            <Button
              variant="quiet"
              class="min-h-11"
              onClick={() => {
                dismissNotice(id)
                action.run()
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon="icon-[lucide--x]" label={t().components.dismiss} onClick={() => dismissNotice(id)} />
        </div>
      ))}
    </div>
  )
}
