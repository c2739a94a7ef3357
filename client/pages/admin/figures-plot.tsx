import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { locale, t } from '../../i18n/index.ts'
import { statusStyles } from '../../components/status-chip.tsx'
import { useDark } from '../../components/use-dark.ts'
import type { Bars } from '../../models/admin/figures.ts'

const height = 240

/** Orders by the time at which they were placed, in bars of their statuses. */
export function OrdersPlot({ bars }: { bars: Bars }) {
  const [shown, setShown] = useState<number | null>(null)
  return (
    <figure data-plot>
      {/* Colours come from the style sheet: the canvas is made anew when the theme changes. */}
      <Canvas key={String(useDark())} bars={bars} onShow={setShown} />
      <figcaption class="mt-2 grid gap-2 text-sm">
        <p class="min-h-5 text-soft" data-bar>
          {shown === null ? t().figures.hover[bars.per] : describe(bars, shown)}
        </p>
        <ul class="flex flex-wrap gap-x-5 gap-y-1">
          {bars.statuses.map(({ status, counts }) => (
            <li key={status} data-status={status} class={`flex items-center gap-1.5 ${statusStyles[status].text}`}>
              <span class={`${statusStyles[status].icon} size-4`} aria-hidden="true" />
              {t().orders.status[status]} {counts.reduce((sum, count) => sum + count, 0)}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  )
}

interface CanvasProps {
  bars: Bars
  /** Called with the bar under the pointer. */
  onShow(bar: number | null): void
}

function Canvas({ bars, onShow }: CanvasProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const chart = new uPlot(optionsFor(bars, element, onShow), stacked(bars), element)
    const resizing = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    resizing.observe(element)
    return () => {
      resizing.disconnect()
      chart.destroy()
    }
  }, [bars, onShow])
  // The height is kept while a change is drawn; a window that gets narrower cuts the plot until it is drawn anew.
  return (
    <div
      ref={box}
      dir="ltr"
      class="min-h-60 w-full overflow-hidden text-soft"
      role="img"
      aria-label={t().figures.plot}
    />
  )
}

/** The highest first: each bar is drawn over the ones that reach further up. */
function stacked({ starts, statuses }: Bars): uPlot.AlignedData {
  const sums = starts.map(() => 0)
  const layers = statuses.map(({ counts }) => counts.map((count, n) => (sums[n] = (sums[n] ?? 0) + count)))
  return [starts.map((start) => start / 1000), ...layers.reverse()]
}

function optionsFor(
  { per, starts, statuses }: Bars,
  element: HTMLElement,
  show: (bar: number | null) => void,
): uPlot.Options {
  const colourOf = (selector: string) => () => {
    const found = element.closest('[data-plot]')?.querySelector(selector) ?? element
    return getComputedStyle(found).color
  }
  const width = ((starts[1] ?? 0) - (starts[0] ?? 0)) / 1000
  const paths = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 })
  const label = new Intl.DateTimeFormat(
    locale(),
    per === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' },
  )
  const axis = { stroke: colourOf('[role=img]'), grid: { show: false }, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    // A bar begins at its time, so the scale ends one bar after the last.
    scales: {
      x: { range: (_plot, first, last) => [first, last + width] },
      y: { range: (_plot, _least, most) => [0, Math.max(most, 4)] },
    },
    axes: [
      {
        ...axis,
        space: 60,
        incrs: (per === 'hour' ? [1, 2, 3, 6, 12, 24] : [24, 48, 7 * 24, 14 * 24, 30 * 24, 90 * 24]).map(
          (n) => n * 3600,
        ),
        values: (_plot, splits) => splits.map((at) => label.format(at * 1000)),
      },
      {
        ...axis,
        size: 48,
        incrs: [1, 2, 5]
          .flatMap((n) => [1, 10, 100, 1_000, 10_000, 100_000].map((power) => n * power))
          .sort((a, b) => a - b),
        values: (_plot, splits) => splits.map((count) => count.toLocaleString(locale())),
      },
    ],
    series: [
      {},
      ...statuses
        .map(({ status }) => ({
          paths,
          fill: colourOf(`[data-status=${status}]`),
          width: 0,
          points: { show: false },
        }))
        .reverse(),
    ],
    hooks: { setCursor: [({ cursor }) => show(cursor.idx ?? null)] },
  }
}

/** "2 Mar, 14:00: 5 orders: 3 completed, 2 pending" */
function describe({ per, starts, statuses }: Bars, bar: number): string {
  const hours: Intl.DateTimeFormatOptions = per === 'hour' ? { hour: '2-digit', minute: '2-digit' } : {}
  const format = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short', ...hours })
  const at = format.format(starts[bar] ?? 0)
  const counts = statuses.flatMap(({ status, counts: all }) => {
    const count = all[bar] ?? 0
    return count > 0 ? [`${t().orders.status[status]} ${count}`] : []
  })
  return counts.length === 0 ? `${at}: 0` : `${at}: ${counts.join(', ')}`
}
