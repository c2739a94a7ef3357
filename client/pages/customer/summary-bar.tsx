import { t } from '../../i18n/index.ts'
import { duration, money } from '../../models/ui/format.ts'
import { useCustomer } from './context.ts'

export const primaryLinkClass =
  'inline-flex min-h-13 items-center justify-center gap-2 rounded-sm bg-accent px-6 font-semibold text-on-accent transition-colors hover:bg-accent-strong'

/** The total of the cart and the link to the checkout. Hidden while the cart is empty. */
export function SummaryBar() {
  const { cart } = useCustomer()
  const count = cart.count.value
  if (count === 0) return null
  return (
    <aside
      aria-label={t().customer.choice}
      class="sticky bottom-0 z-10 animate-appear border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
    >
      <div class="mx-auto flex max-w-148 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <div class="min-w-min flex-[9_1_8rem]" aria-live="polite">
          <p class="text-[clamp(1rem,6vw,1.25rem)] leading-7 font-semibold whitespace-nowrap">
            {money(cart.total.value, cart.currency.value)}
          </p>
          <p class="text-sm text-soft">{t().customer.summary(count, duration(cart.minutes.value))}</p>
        </div>
        <a href="/checkout" class={`${primaryLinkClass} grow sm:grow-0`}>
          {t().customer.orderNow}
        </a>
      </div>
    </aside>
  )
}
