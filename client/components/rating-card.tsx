import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { Order } from '#shared/orders.ts'
import type { Rating } from '#shared/order-outcome.ts'
import { mayRate, RateOrder, starCounts } from '#shared/ratings.ts'
import { t } from '../i18n/index.ts'
import { now } from '../models/sync/clock.ts'
import { createForm } from '../models/ui/form.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { FormProblem, TextArea } from './field.tsx'
import { Form } from './form.tsx'
import { StarIcon, Stars } from './stars.tsx'
import { useMay } from './may-context.ts'
import { useWorkspace } from './workspace-context.ts'

/** What the customer says of the work. Its customer rates here, and changes the rating for a week. */
export default function RatingCard({ order }: { order: Order }) {
  const { me } = useWorkspace()
  const may = useMay()
  const [changing, setChanging] = useState(false)
  const { rating } = order
  const allowed = may.rate && mayRate(me, order, now.value)
  if (!rating && !allowed) return null
  return (
    <section data-rating aria-labelledby="rating" class="grid gap-3 rounded-md border border-line bg-surface p-4">
      <h2 id="rating" class="text-sm font-semibold">
        {rating || !allowed ? t().ratings.title : t().ratings.question}
      </h2>
      {rating && !changing ? (
        <Given rating={rating}>
          {allowed && (
            <Button size="sm" class="min-h-11 justify-self-start" onClick={() => setChanging(true)}>
              {t().ratings.change}
            </Button>
          )}
        </Given>
      ) : (
        <RatingForm order={order} onDone={() => setChanging(false)} />
      )}
    </section>
  )
}

function Given({ rating: { stars, text }, children }: { rating: Rating; children: ComponentChildren }) {
  return (
    <>
      <Stars count={stars} />
      {text && (
        <p class="text-sm whitespace-pre-line" dir="auto">
          {text}
        </p>
      )}
      {children}
    </>
  )
}

function RatingForm({ order, onDone }: { order: Order; onDone(): void }) {
  const { api, orders } = useWorkspace()
  const [form] = useState(() =>
    createForm({ stars: order.rating ? String(order.rating.stars) : '', text: order.rating?.text ?? '' }),
  )
  const { stars, text } = form.values.value
  async function submit() {
    const own = stars === '' ? { stars: () => t().ratings.chooseStars } : {}
    const sent = await form.submit(
      RateOrder,
      { stars: Number(stars || 1), text },
      (input) => api.put(`/orders/${encodeURIComponent(order.id)}/rating`, Order, input),
      own,
    )
    if (!sent) return
    orders.apply(sent)
    showNotice(t().ratings.thanks, 'done')
    onDone()
  }
  return (
    <Form form={form} onSubmit={submit} class="grid gap-4">
      <StarChoice
        value={Number(stars)}
        error={form.errors.value.stars}
        onChange={(count) => form.change('stars', String(count))}
      />
      <TextArea form={form} name="text" label={t().ratings.text} help={t().ratings.textHelp} optional />
      <FormProblem form={form} />
      <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
        {order.rating ? t().ratings.save : t().ratings.send}
      </Button>
    </Form>
  )
}

interface StarChoiceProps {
  value: number
  error?: string
  onChange(count: number): void
}

/** Radio buttons, so that arrow keys and screen readers work. */
function StarChoice({ value, error, onChange }: StarChoiceProps) {
  const name = useId()
  return (
    <fieldset>
      <legend class="sr-only">{t().ratings.title}</legend>
      <div class="flex">
        {starCounts.map((count) => (
          <label
            key={count}
            class="grid size-12 cursor-pointer place-items-center rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              aria-label={t().ratings.stars(count)}
              aria-invalid={error ? true : undefined}
              checked={value === count}
              onChange={() => onChange(count)}
              class="sr-only"
            />
            <StarIcon filled={count <= value} class="size-8" />
          </label>
        ))}
      </div>
      {error && <p class="mt-1 text-sm text-danger">{error}</p>}
    </fieldset>
  )
}
