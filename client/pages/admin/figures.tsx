import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Duration, FiguresOf, OrderStats } from '#shared/figures.ts'
import { t } from '../../i18n/index.ts'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { AverageRating, Stars } from '../../components/stars.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { barsOf, createFigures, outcomeOf, ranges, type Choice, type Range } from '../../models/admin/figures.ts'
import { clock } from '../../models/sync/clock.ts'
import { money } from '../../models/ui/format.ts'
import { OrdersPlot } from './figures-plot.tsx'
import { Breakdown, measures, time } from './figures-breakdown.tsx'

/** What the orders of a range add up to. */
export default function FiguresPage() {
  useTitle(t().figures.title)
  const { api, orders } = useWorkspace()
  const [figures] = useState(() => createFigures({ api, now: clock.now }))
  useEffect(() => {
    void figures.load()
    const unwatch = orders.watch(() => figures.changed())
    return () => {
      unwatch()
      figures.stop()
    }
  }, [figures, orders])
  const { stats, error, choice } = figures
  useRetryWhenBack(error.value !== null, () => void figures.load())

  return (
    <main class="mx-auto w-full max-w-300 p-4 py-6">
      <div class="mb-4 flex flex-wrap items-end gap-x-6 gap-y-3">
        <h1 class="me-auto text-lg font-semibold">{t().figures.title}</h1>
        <RangeChooser choice={choice.value} onChoose={(next) => void figures.choose(next)} />
      </div>
      {error.value !== null ? (
        <Failed message={error.value} onRetry={() => void figures.load()} />
      ) : stats.value ? (
        <Figures stats={stats.value} />
      ) : (
        <Skeleton rows={3} class="h-40" />
      )}
    </main>
  )
}

const input = 'hit w-full rounded-sm border border-edge/60 bg-surface px-3 text-sm hover:border-edge'

function RangeChooser({ choice, onChoose }: { choice: Choice; onChoose(choice: Choice): void }) {
  return (
    <div class="flex w-full flex-wrap items-end gap-3 sm:w-auto">
      <div class="w-full sm:w-104">
        <Segmented<Range>
          label={t().figures.range}
          value={choice.range}
          onChange={(range) => onChoose({ ...choice, range })}
          options={ranges.map((value) => ({ value, label: t().figures.ranges[value] }))}
        />
      </div>
      {choice.range === 'own' &&
        (['from', 'to'] as const).map((end) => (
          <label key={end} class="grid flex-1 gap-1 text-sm font-medium">
            {t().figures[end]}
            <input
              type="date"
              value={choice[end]}
              onInput={({ currentTarget: { value } }) => onChoose({ ...choice, [end]: value })}
              class={input}
            />
          </label>
        ))}
    </div>
  )
}

function Figures({ stats }: { stats: OrderStats }) {
  const bars = useMemo(() => barsOf(stats), [stats])
  if (stats.total === 0) {
    return (
      <Empty icon="icon-[lucide--chart-column]" title={t().figures.empty}>
        {t().figures.emptyHelp}
      </Empty>
    )
  }
  return (
    <div class="grid animate-appear gap-4">
      <Totals stats={stats} />
      <Section title={t().figures.placed}>
        <OrdersPlot bars={bars} />
      </Section>
      <Section title={t().figures.durations}>
        <ul class="grid grid-cols-[repeat(auto-fit,minmax(min(100%,12rem),1fr))] gap-4">
          {measures.map((name) => (
            <li key={name} data-duration={name}>
              <p class="text-sm text-soft">{t().figures.steps[name]}</p>
              <Median duration={stats.durations[name]} />
            </li>
          ))}
        </ul>
      </Section>
      {stats.ratings.average !== null && (
        <Section title={t().ratings.title}>
          <Ratings {...stats.ratings} average={stats.ratings.average} />
        </Section>
      )}
      <div class="grid items-start gap-4 lg:grid-cols-2">
        <Section title={t().figures.byVendor}>
          <Breakdown parts={stats.vendors} unknown={t().figures.unknownVendor} empty={t().figures.noVendors} />
        </Section>
        <Section title={t().figures.byService}>
          <Breakdown parts={stats.services} unknown={t().figures.unknownService} empty="" />
        </Section>
      </div>
      <p class="text-xs text-soft">{t().figures.note}</p>
    </div>
  )
}

function Ratings({ average, count, stars }: { average: number; count: number; stars: readonly number[] }) {
  return (
    <div class="grid gap-3 text-sm">
      <AverageRating average={average} count={count} />
      <ul class="grid gap-2">
        {stars
          .map((orders, n) => (
            <li key={n} class="flex items-center gap-3">
              <Stars count={n + 1} />
              <span class="h-1.5 flex-1 rounded-sm bg-sunken" aria-hidden="true">
                <span class="block h-full rounded-sm bg-accent" style={{ width: `${(100 * orders) / count}%` }} />
              </span>
              <span class="min-w-8 text-end">{orders}</span>
            </li>
          ))
          .reverse()}
      </ul>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="min-w-0 rounded-md border border-line bg-surface p-4">
      <h2 class="mb-3 font-semibold">{title}</h2>
      {children}
    </section>
  )
}

function Totals({ stats }: { stats: OrderStats }) {
  const { completed, failed } = outcomeOf(stats)
  const share = completed + failed === 0 ? null : Math.round((100 * failed) / (completed + failed))
  const tiles = [
    { name: 'orders', value: String(stats.total), help: t().figures.open(stats.total - completed - failed) },
    { name: 'completed', value: String(completed), help: null },
    { name: 'failed', value: String(failed), help: share === null ? null : t().figures.ofEnded(share) },
    { name: 'revenue', value: revenueOf(stats), help: null },
  ] as const
  return (
    <dl class="grid grid-cols-[repeat(auto-fit,minmax(min(100%,12rem),1fr))] gap-4">
      {tiles.map(({ name, value, help }) => (
        <div key={name} data-total={name} class="rounded-md border border-line bg-surface p-4">
          <dt class="text-sm text-soft">{t().figures.totals[name]}</dt>
          <dd class="text-lg font-semibold">{value}</dd>
          {help && <dd class="text-xs text-soft">{help}</dd>}
        </div>
      ))}
    </dl>
  )
}

const revenueOf = ({ revenue }: Pick<FiguresOf, 'revenue'>) =>
  revenue.map(({ amount, currency }) => money(amount, currency)).join(' + ') || '–'

function Median({ duration: { median, p90 } }: { duration: Duration }) {
  return (
    <>
      <p class="text-lg font-semibold">{time(median)}</p>
      {p90 !== null && <p class="text-xs text-soft">{t().figures.p90(time(p90))}</p>}
    </>
  )
}
