import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { CustomerList, type FoundCustomer } from '#shared/customers.ts'
import { t } from '../../i18n/index.ts'
import { IconButton } from '../../components/button.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'

/** The shortest text that is searched for. */
const shortestSearch = 3

/** Customers without an account, for whom orders were placed: there may be thousands, so they are searched for. */
export function Callers({
  erased,
  onErase,
}: {
  /** The ids of those who were erased on this page. */
  erased: ReadonlySet<string>
  onErase(customer: FoundCustomer): void
}) {
  const { api } = useWorkspace()
  const q = useSignal('')
  /** null until something was searched for. */
  const found = useSignal<readonly FoundCustomer[] | null>(null)
  const isSearching = useComputed(() => q.value.trim().length >= shortestSearch)

  async function search(wanted: string) {
    try {
      const { customers } = await api.get(`/customers?q=${encodeURIComponent(wanted)}`, CustomerList)
      if (q.peek().trim() === wanted) found.value = customers.filter(({ hasAccount }) => !hasAccount)
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
  }

  const text = q.value.trim()
  useEffect(() => {
    if (!isSearching.peek()) {
      found.value = null
      return
    }
    const timer = setTimeout(() => void search(text), 200)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the others are the same in every render
  }, [text])
  const shown = found.value?.filter(({ id }) => !erased.has(id))

  return (
    <section class="mt-8" aria-labelledby="callers">
      <h2 id="callers" class="mb-1 font-semibold">
        {t().callers.title}
      </h2>
      <p class="mb-3 text-sm text-soft">{t().callers.help}</p>
      <input
        type="search"
        aria-label={t().callers.search}
        placeholder={t().callers.search}
        value={q.value}
        onInput={({ currentTarget }) => (q.value = currentTarget.value)}
        autocomplete="off"
        class="mb-3 min-h-12 w-full rounded-sm border border-edge/70 bg-surface px-3 text-base sm:max-w-104"
      />
      <div aria-live="polite">
        {shown?.length === 0 && <p class="text-sm text-soft">{t().callers.none}</p>}
        {shown && shown.length > 0 && (
          <ul class="overflow-hidden rounded-md border border-line bg-surface">
            {shown.map((customer) => (
              <li
                key={customer.id}
                class="flex items-center gap-4 px-4 py-2.5 not-first:border-t not-first:border-line"
              >
                <div class="min-w-0 flex-1">
                  <p class="font-medium wrap-anywhere" dir="auto">
                    {customer.name}
                  </p>
                  <p class="text-sm wrap-anywhere text-soft" dir="auto">
                    {[customer.phone, customer.contact?.address].filter(Boolean).join(' · ')}
                  </p>
                </div>
                <IconButton
                  icon="icon-[lucide--user-x]"
                  label={t().erasure.dataOf(customer.name)}
                  onClick={() => onErase(customer)}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}
