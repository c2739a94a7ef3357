import { orderStatuses } from '#shared/order-status.ts'
import { t } from '../../i18n/index.ts'
import { statusStyles } from '../../components/status-chip.tsx'
import { sum } from '../../models/admin/board.ts'
import { useAdmin } from './context.ts'

/** The number of today's orders by status. */
export function Today() {
  const { board } = useAdmin()
  const counts = board.todayCounts.value
  const more = board.todayComplete.value ? '' : '+'
  return (
    <section
      aria-label={t().admin.today}
      tabIndex={0}
      class="overflow-x-auto border-b border-line bg-surface px-4 [scrollbar-width:none]"
    >
      <dl class="flex min-h-11 w-max items-center gap-6 text-sm">
        <div class="flex gap-2">
          <dt class="text-soft">{t().admin.today}</dt>
          <dd class="font-semibold">{board.counted.value ? `${sum(counts)}${more}` : '–'}</dd>
        </div>
        {orderStatuses.map((status) => {
          const { icon, text } = statusStyles[status]
          return (
            <div key={status} class="flex items-center gap-2">
              <dt class="flex items-center gap-1.5 text-soft">
                <span class={`${icon} ${text} size-4`} aria-hidden="true" />
                {t().orders.status[status]}
              </dt>
              <dd class={counts[status] > 0 ? 'font-semibold' : 'text-soft'}>
                {board.counted.value ? counts[status] : '–'}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
