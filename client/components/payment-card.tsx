import { useEffect, useState } from 'preact/hooks'
import { partyOf } from '#shared/order-status.ts'
import { fullContact, type Order } from '#shared/orders.ts'
import type { PaymentStatus } from '#shared/order-outcome.ts'
import { isPayable, nextPaymentStatuses, OrderPayment } from '#shared/payments.ts'
import { t } from '../i18n/index.ts'
import { markTexts, paymentText } from '../models/orders/payments.ts'
import { money } from '../models/ui/format.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { PaymentDialog } from './payment-dialog.tsx'
import { RichText } from './rich-text.tsx'
import { Segmented } from './segmented.tsx'
import { ClockTime } from './time.tsx'
import { useWorkspace } from './workspace-context.ts'

/**
 * Whether the order is paid, and what the reader may do about it. Where no payment is known and none is paid by a link, an
 * admin has one quiet button: many businesses keep payments elsewhere.
 */
export default function PaymentCard({ order }: { order: Order }) {
  const { me } = useWorkspace()
  const [taking, setTaking] = useState<PaymentStatus | null>(null)
  const isCustomer = partyOf(me, order) === 'its_customer'
  const link = useLink(order, me.role !== 'vendor' && isPayable(order))
  const next = nextPaymentStatuses(me, order)
  const dialog = taking && next.includes(taking) && (
    <PaymentDialog order={order} status={taking} onClose={() => setTaking(null)} />
  )
  if (!fullContact(order) || (!order.payment && !link.url && next.length === 0)) return null
  if (me.role === 'admin' && !order.payment && !link.url) {
    if (!isPayable(order)) return null
    return (
      <div class="print:hidden">
        <Button size="sm" class="min-h-11" variant="quiet" onClick={() => setTaking('paid')}>
          {t().payments.record}
        </Button>
        {dialog}
      </div>
    )
  }
  return (
    <section
      data-payment={order.payment?.status ?? 'unpaid'}
      aria-labelledby="payment"
      class="grid gap-3 rounded-md border border-line bg-surface p-4"
    >
      <h2 id="payment" class="text-sm font-semibold">
        {t().payments.title}
      </h2>
      <PaymentState order={order} />
      {link.url && isCustomer && <Pay order={order} link={link} />}
      <div class="flex flex-wrap gap-2 empty:hidden print:hidden">
        {next.map((status) => (
          <Button
            key={status}
            size="sm"
            class="min-h-11"
            variant={status === 'paid' ? 'secondary' : 'quiet'}
            onClick={() => setTaking(status)}
          >
            {me.role === 'vendor' ? t().payments.paidCash : markTexts()[status]}
          </Button>
        ))}
        {link.url && me.role === 'admin' && <CopyLink url={link.url} />}
      </div>
      {dialog}
    </section>
  )
}

function PaymentState({ order: { payment, totalAmount, currency } }: { order: Order }) {
  if (!payment || payment.status === 'unpaid') {
    return (
      <p class="text-sm">
        {t().payments.statuses.unpaid} <span class="text-soft">{money(totalAmount, currency)}</span>
      </p>
    )
  }
  const { amount, tip, refunded, at } = payment
  const paid = money(amount, currency)
  return (
    <p class="text-sm">
      <span class="font-medium">{paymentText(payment)}</span>{' '}
      {amount === totalAmount ? (
        paid
      ) : (
        <RichText text={t().payments.ofTotal} parts={{ amount: paid, total: money(totalAmount, currency) }} />
      )}{' '}
      {tip !== undefined && <RichText text={t().payments.withTip} parts={{ tip: money(tip, currency) }} />}{' '}
      {payment.status === 'paid' && refunded !== undefined && (
        <RichText text={t().payments.refundedPart} parts={{ amount: money(refunded, currency) }} />
      )}{' '}
      <ClockTime at={at} class="text-soft" />
    </p>
  )
}

interface Link {
  url: string | null
  tip: number
  setTip(tip: number): void
}

/** The page of the payment provider, once it is known that there is one. */
function useLink(order: Order, wanted: boolean): Link {
  const { api } = useWorkspace()
  const [tip, setTip] = useState(0)
  const [url, setUrl] = useState<string | null>(null)
  const { id, totalAmount } = order
  useEffect(() => {
    if (!wanted) return
    let current = true
    api.get(`/orders/${encodeURIComponent(id)}/payment?tip=${tip}`, OrderPayment).then(
      ({ link }) => current && setUrl(link),
      // Without a connection the page has no link; the next change of the order asks again.
      () => {},
    )
    return () => void (current = false)
  }, [api, id, totalAmount, tip, wanted])
  return { url: wanted ? url : null, tip, setTip }
}

const shares = [0, 5, 10, 15]

function Pay({ order: { totalAmount, currency }, link: { url, tip, setTip } }: { order: Order; link: Link }) {
  const tips = shares.map((percent) => Math.round((totalAmount * percent) / 100))
  return (
    <div class="grid gap-3 print:hidden">
      <Segmented
        label={t().payments.addTip}
        value={String(tip)}
        onChange={(value) => setTip(Number(value))}
        options={tips.map((amount) => ({
          value: String(amount),
          label: amount === 0 ? t().payments.noTip : money(amount, currency),
        }))}
      />
      <a
        href={url ?? undefined}
        target="_blank"
        rel="noreferrer"
        class="inline-flex min-h-13 items-center justify-center gap-2 rounded-sm bg-accent px-4 font-semibold text-on-accent hover:bg-accent-strong"
      >
        <span class="icon-[lucide--credit-card] size-4" aria-hidden="true" />
        <span>
          <RichText text={t().payments.pay} parts={{ amount: money(totalAmount + tip, currency) }} />
        </span>
      </a>
      <p class="text-xs text-soft">{t().payments.payHelp}</p>
    </div>
  )
}

function CopyLink({ url }: { url: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(url)
      showNotice(t().payments.linkCopied)
    } catch {
      showNotice(t().devices.copyFailed, 'problem')
    }
  }
  return (
    <Button size="sm" class="min-h-11" variant="quiet" icon="icon-[lucide--copy]" onClick={() => void copy()}>
      {t().payments.copyLink}
    </Button>
  )
}
