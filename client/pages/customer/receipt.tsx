import { useEffect, useState } from 'preact/hooks'
import { statusEntries } from '#shared/order-history.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import { OrderPayment } from '#shared/payments.ts'
import { t } from '../../i18n/index.ts'
import { BackLink } from '../../components/back-link.tsx'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { OrderItems } from '../../components/order-items.tsx'
import { Page } from '../../components/page.tsx'
import { useOrder } from '../../components/use-order.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { paymentText } from '../../models/orders/payments.ts'
import { appointment, money } from '../../models/ui/format.ts'

/** What was done and paid, to print or to save as a file. */
export default function ReceiptPage({ params }: { params?: Record<string, string> }) {
  const id = params?.id ?? ''
  const { entry, problem, retry } = useOrder(id)
  useTitle(entry ? `${t().payments.receipt} ${entry.order.number}` : null)
  return (
    <Page width="customer">
      <BackLink href={`/orders/${id}`}>{entry?.order.number ?? t().customer.order}</BackLink>
      {entry ? (
        <Receipt order={entry.order} />
      ) : problem === 'not_found' ? (
        <Empty icon="icon-[lucide--search-x]" title={t().customer.noSuchOrder} />
      ) : problem ? (
        <Failed message={t().common.unreachable} onRetry={retry} />
      ) : (
        <Skeleton rows={2} class="h-48" />
      )}
    </Page>
  )
}

function Receipt({ order }: { order: Order }) {
  const { number, customer, vendor, payment, currency } = order
  const contact = fullContact(order)
  const end = statusEntries(order.history).at(-1)
  const isPaid = payment && payment.status !== 'unpaid'
  const business = useBusiness(order.id)
  const facts: [string, string | null | undefined][] = [
    [t().common.customer, customer.name],
    [t().common.address, contact?.address],
    [t().payments.vendor, vendor?.name],
    [t().payments.completed, order.status === 'completed' && end ? appointment(end.at) : null],
    [t().payments.title, isPaid ? paymentText(payment) : t().payments.notPaid],
    [
      payment?.status === 'refunded' ? t().payments.refundedOn : t().payments.paidOn,
      isPaid ? appointment(payment.at) : null,
    ],
    [t().payments.reference, payment?.reference],
  ]
  return (
    <article data-work-sheet data-receipt class="grid gap-6 rounded-md border border-line bg-surface p-5">
      <header class="flex flex-wrap items-baseline gap-3">
        <h1 class="flex-1 text-lg font-semibold">{t().payments.receipt}</h1>
        <p class="text-soft">{number}</p>
        {business && (
          <p class="basis-full font-semibold" dir="auto">
            {business}
          </p>
        )}
      </header>
      <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
        {facts.map(([term, text]) =>
          text ? (
            <div key={term} class="contents">
              <dt class="text-soft">{term}</dt>
              <dd class="min-w-0 whitespace-pre-line wrap-anywhere" dir="auto">
                {text}
              </dd>
            </div>
          ) : null,
        )}
      </dl>
      <div class="@container grid gap-2 text-sm">
        <OrderItems order={order} />
        {isPaid && payment.tip !== undefined && (
          <>
            <Sum label={t().payments.tip} amount={money(payment.tip, currency)} />
            <Sum label={t().payments.total} amount={money(payment.amount + payment.tip, currency)} isTotal />
          </>
        )}
        {isPaid && payment.refunded !== undefined && (
          <Sum label={t().payments.statuses.refunded} amount={money(-payment.refunded, currency)} />
        )}
      </div>
      <Button icon="icon-[lucide--printer]" class="min-h-12" onClick={() => window.print()}>
        {t().payments.print}
      </Button>
    </article>
  )
}

/** Who the receipt is from; null until it is known, and when the operator has not said. */
function useBusiness(id: string): string | null {
  const { api } = useWorkspace()
  const [name, setName] = useState<string | null>(null)
  useEffect(() => {
    let current = true
    api.get(`/orders/${encodeURIComponent(id)}/payment`, OrderPayment).then(
      ({ business }) => current && setName(business),
      // Without a connection the receipt is complete but for the name.
      () => {},
    )
    return () => void (current = false)
  }, [api, id])
  return name
}

function Sum({ label, amount, isTotal = false }: { label: string; amount: string; isTotal?: boolean }) {
  return (
    <p class={`flex gap-4 ${isTotal ? 'border-t border-line pt-2 font-semibold' : ''}`}>
      <span class="flex-1">{label}</span>
      <span class="whitespace-nowrap">{amount}</span>
    </p>
  )
}
