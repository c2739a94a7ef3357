import type { OrderStatus } from '#shared/order-status.ts'
import { t } from '../i18n/index.ts'

/** Icon and colours of each status. The label is always shown with them, so that the status is readable in grey. */
export const statusStyles: Record<OrderStatus, { icon: string; text: string; chip: string }> = {
  pending: { icon: 'icon-[lucide--hourglass]', text: 'text-pending', chip: 'bg-pending-soft text-pending' },
  accepted: { icon: 'icon-[lucide--check]', text: 'text-accepted', chip: 'bg-accepted-soft text-accepted' },
  on_the_way: { icon: 'icon-[lucide--truck]', text: 'text-on-the-way', chip: 'bg-on-the-way-soft text-on-the-way' },
  in_progress: {
    icon: 'icon-[lucide--wrench]',
    text: 'text-in-progress',
    chip: 'bg-in-progress-soft text-in-progress',
  },
  completed: { icon: 'icon-[lucide--check-check]', text: 'text-completed', chip: 'bg-completed-soft text-completed' },
  failed: { icon: 'icon-[lucide--triangle-alert]', text: 'text-failed', chip: 'bg-failed-soft text-failed' },
  cancelled: { icon: 'icon-[lucide--x]', text: 'text-cancelled', chip: 'bg-cancelled-soft text-cancelled' },
  rejected: { icon: 'icon-[lucide--ban]', text: 'text-rejected', chip: 'bg-rejected-soft text-rejected' },
}

export function StatusChip({ status }: { status: OrderStatus }) {
  const { icon, chip } = statusStyles[status]
  return (
    <span
      class={`inline-flex min-h-6 shrink-0 items-center gap-1.5 rounded-sm px-2 text-xs font-medium whitespace-nowrap ${chip}`}
    >
      <span class={`${icon} size-3.5`} aria-hidden="true" />
      {t().orders.status[status]}
    </span>
  )
}
