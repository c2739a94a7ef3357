import { barX, plot, ruleX, text } from '@observablehq/plot'
import { Window } from 'happy-dom'
import { fanoutColumn } from './fanout.ts'
import type { Results } from './results.ts'

/** The subjects in the plot, in this order, and their labels. */
const names: Readonly<Record<string, string>> = {
  callout: 'Callout',
  socketio: 'Socket.IO 4',
  mosquitto: 'Mosquitto 2',
  'mosquitto-bridge': 'Mosquitto and a bridge',
  'aedes-plain': 'Aedes, unmodified',
  'limit-ack': 'limit: a bare ws server',
  'limit-broadcast': 'limit: a bare ws server',
}

const conditions = ([1, 0] as const).flatMap((qos) =>
  [1_000, 5_000].map((dashboards) => ({
    column: fanoutColumn(dashboards, qos),
    title: `${dashboards.toLocaleString('en-US')} dashboards, ${qos === 1 ? 'acknowledged (QoS 1)' : 'not acknowledged (QoS 0)'}`,
  })),
)

/** Follows the light or dark mode of the page around it. */
const style = `
  .bench { color: #1f2328; font: 12px system-ui, sans-serif; background: none }
  .bench .others { fill: #8c959f } .bench .limit { fill: #d0d7de } .bench .own { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    .bench { color: #e6edf3 }
    .bench .others { fill: #6e7681 } .bench .limit { fill: #3d444d } .bench .own { fill: #4493f8 }
  }`

/** Plots deliveries a second as SVG, without the subjects that were not measured. */
export function plotFanout(results: Results): string {
  const bars = conditions.flatMap(({ column, title }) =>
    Object.entries(names).map(([row, name]) => {
      const kind = row === 'callout' ? 'own' : row.startsWith('limit') ? 'limit' : 'others'
      return { name, title, kind, deliveries: results.figure(row, column, 'deliveries') }
    }),
  )
  const measured = bars.filter(({ deliveries }) => !Number.isNaN(deliveries))
  const shown = [...new Set(measured.map(({ title }) => title))]
  const window = new Window()
  const of = (kind: string) => measured.filter((bar) => bar.kind === kind)
  const figure = plot({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- happy-dom implements what plot uses of a document
    document: window.document as unknown as Document,
    className: 'bench',
    ariaLabel: 'Deliveries a second of Callout and of its alternatives',
    width: 760,
    height: 60 + shown.length * 180,
    marginLeft: 150,
    marginTop: 24,
    marginBottom: 44,
    marginRight: 60,
    x: { label: 'deliveries of a 1 KB order a second', labelOffset: 40, grid: true, ticks: 5, tickFormat: 's' },
    y: { label: null, domain: [...new Set(measured.map(({ name }) => name))] },
    fy: { label: null, domain: shown, axis: null, padding: 0.14 },
    marks: [
      ruleX([0]),
      ...['own', 'others', 'limit'].map((kind) =>
        barX(of(kind), { x: 'deliveries', y: 'name', fy: 'title', className: kind, insetTop: 1, insetBottom: 1 }),
      ),
      text(measured, {
        x: 'deliveries',
        y: 'name',
        fy: 'title',
        text: ({ deliveries }: { deliveries: number }) => Math.round(deliveries).toLocaleString('en-US'),
        textAnchor: 'start',
        dx: 4,
      }),
      text(shown, {
        fy: (title: string) => title,
        text: (title: string) => title,
        frameAnchor: 'top-left',
        dy: -14,
        fontWeight: 600,
      }),
    ],
  })
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${figure.outerHTML.replace('>', `><style>${style}</style>`)}\n`
}
