import { t } from '../i18n/index.ts'
import { dismissNotice, notices } from '../models/ui/notices.ts'
import { IconButton } from './button.tsx'

const marks = {
  done: 'icon-[lucide--check] text-completed',
  waiting: 'icon-[lucide--cloud-upload] text-soft',
  problem: 'icon-[lucide--circle-alert] text-danger',
} as const

/** What has just happened, at the foot of the screen; read out by screen readers when it comes. */
export function Notices() {
  return (
    <div
      role="status"
      class="pointer-events-none fixed inset-x-0 bottom-0 z-20 grid justify-items-center gap-2 p-4 pb-[max(1rem,env(safe-area-inset-bottom))]"
    >
      {notices.value.map(({ id, tone, text }) => (
        <div
          key={id}
          class="pointer-events-auto flex min-h-12 w-full max-w-110 animate-appear items-center gap-3 rounded-md border border-line bg-surface ps-4 text-sm shadow-float"
        >
          <span class={`size-4 shrink-0 ${marks[tone]}`} aria-hidden="true" />
          <p class="min-w-0 flex-1 py-2">{text}</p>
          <IconButton icon="icon-[lucide--x]" label={t().components.dismiss} onClick={() => dismissNotice(id)} />
        </div>
      ))}
    </div>
  )
}
