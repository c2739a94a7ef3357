import type { ComponentChildren, RefObject } from 'preact'
import { isFinal, isOffered } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import type { Position } from '#shared/position.ts'
import type { Proof } from '#shared/proof.ts'
import { t } from '../../i18n/index.ts'
import { ItemOptions } from '../../components/item-options.tsx'
import { UnreadBadge } from '../../components/unread-badge.tsx'
import { LongText } from '../../components/long-text.tsx'
import { useHighlight } from '../../components/use-highlight.ts'
import { appointment, duration, money } from '../../models/ui/format.ts'
import type { Entry } from '../../live/orders.ts'
import { ownPosition, roughDistance } from '../../models/place/own-position.ts'
import { JobChange } from './job-change.tsx'
import { Unsent } from './unsent.tsx'
import { minutesFor } from '../../models/vendor/vendor.ts'
import { useVendor } from './context.ts'

interface Props {
  entry: Entry
  /** Beside the number: the waiting time or the status. */
  aside: ComponentChildren
  /** Receives the card's element. */
  card?: RefObject<HTMLLIElement | null>
  /** Between facts and actions. */
  details?: ComponentChildren
  /** The actions. */
  children: ComponentChildren
}

/** An order for a vendor: services, time, duration and price, readable at arm's length. */
export function OrderCard({ entry: { order, leaving }, card, aside, details, children }: Props) {
  const element = useHighlight<HTMLLIElement>(order.version, card)
  return (
    <li
      ref={element}
      data-order-id={order.id}
      data-status={order.status}
      data-leaving={leaving ? '' : undefined}
      tabIndex={-1}
      class="grid scroll-mt-32 gap-4 rounded-md border border-line bg-surface p-4"
    >
      {!leaving && !isOffered(order.status) && <JobChange id={order.id} />}
      <div class={`grid gap-4 transition-opacity duration-180 ${leaving ? 'opacity-45' : ''}`}>
        <p class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm text-soft">
          <a href={`/orders/${order.id}`} class="hit -my-3 flex items-center gap-1 rounded-sm hover:text-ink">
            {order.number}
            <span class="icon-[lucide--chevron-right] size-4 rtl:-scale-x-100" aria-hidden="true" />
            <span class="sr-only">{t().vendor.details}</span>
          </a>
          <UnreadBadge orderId={order.id} />
          {aside}
        </p>
        <ul class="grid gap-1">
          {order.items.map(({ name, quantity, options }, index) => (
            <li key={index} class="text-lg font-semibold" dir="auto">
              {quantity > 1 && <span class="text-soft">{quantity} × </span>}
              {name}
              <ItemOptions options={options} />
            </li>
          ))}
        </ul>
        <Facts order={order} />
        {order.notes && (
          <LongText
            text={order.notes}
            class="line-clamp-4 border-s-2 border-line ps-3 text-start text-sm whitespace-pre-line"
          />
        )}
        {details}
      </div>
      {leaving && (
        <p
          role="status"
          class="flex min-h-13 items-center justify-center gap-2 rounded-sm bg-sunken text-sm font-medium"
        >
          <span class="icon-[lucide--x] size-4" aria-hidden="true" />
          {leaving}
        </p>
      )}
      <Unsent orderId={order.id} />
      {!leaving && <div class="grid gap-1">{children}</div>}
    </li>
  )
}

/** Where, when, how long and for how much. */
export function Facts({ order }: { order: Order }) {
  const minutes = minutesFor(order, useVendor().catalogue.services.value)
  return (
    <dl class="flex flex-wrap gap-x-6 gap-y-2 text-sm">
      {isOffered(order.status) && (
        <Fact icon="icon-[lucide--map-pin]" term={t().customer.where}>
          {order.contact?.area ? (
            <span dir="auto">{order.contact.area}</span>
          ) : (
            !order.near && <span class="font-normal text-soft">{t().vendor.noArea}</span>
          )}
          {order.near && <Distance to={order.near} hasArea={Boolean(order.contact?.area)} />}
        </Fact>
      )}
      <Fact icon="icon-[lucide--calendar]" term={t().common.when}>
        {order.scheduledFor ? appointment(order.scheduledFor) : t().common.asSoonAsPossible}
      </Fact>
      {minutes !== null && (
        <Fact icon="icon-[lucide--clock]" term={t().vendor.takesAbout}>
          {duration(minutes)}
        </Fact>
      )}
      <Fact icon="icon-[lucide--banknote]" term={t().vendor.price}>
        {money(order.totalAmount, order.currency)}
      </Fact>
      {order.proof && !isFinal(order.status) && (
        <Fact icon="icon-[lucide--clipboard-check]" term={t().proof.needed}>
          {proofText(order.proof)}
        </Fact>
      )}
    </dl>
  )
}

/** "Note, 2 photos" */
function proofText({ note, photos, signature, pin }: Proof): string {
  const parts = [
    note && t().proof.short.note,
    photos && t().proof.short.photos(photos),
    signature && t().proof.short.signature,
    pin && t().proof.short.pin,
  ]
  const text = parts.filter(Boolean).join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** How far the order is from this browser, once that has said where it is. */
function Distance({ to, hasArea }: { to: Position; hasArea: boolean }) {
  const from = ownPosition.value
  if (!from) return hasArea ? null : <span class="font-normal text-soft">{t().vendor.noArea}</span>
  return (
    <span>
      {hasArea && ', '}
      {t().place.away(roughDistance(from, to))}
    </span>
  )
}

function Fact({ icon, term, children }: { icon: string; term: string; children: ComponentChildren }) {
  return (
    <div class="flex items-center gap-2">
      <dt>
        <span class={`${icon} block size-4 text-soft`} aria-hidden="true" />
        <span class="sr-only">{term}</span>
      </dt>
      <dd class="font-medium">{children}</dd>
    </div>
  )
}
