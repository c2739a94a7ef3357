import { setTimeout as sleep } from 'node:timers/promises'
import { seeded } from '../../server/system-tests/lib/numbers.ts'
import { dataFolder } from '../../server/system-tests/lib/server.ts'
import { eventually } from '../../server/system-tests/lib/waiting.ts'
import { createNodes } from '../chaos/nodes.ts'
import { compare, type ChannelResult } from './compare.ts'
import { startMailReceiver, startPushReceiver, startWebhookReceiver } from './receivers.ts'
import { createWorkload, lateEvents, workedEvents } from './workload.ts'

export interface ChannelRunOptions {
  kills: number
  seed: number
  onProgress(text: string): void
}

export interface ChannelRun {
  orders: number
  /** Changes of orders that the server acknowledged, their creation included. */
  changes: number
  kills: number
  seconds: number
  /** Messages that a receiver refused. */
  refused: number
  /** What the server logged as an error, and starts that failed. */
  problems: string[]
  /** Orders that were not accepted in time. */
  late: number
  /** Late orders that were shown as late again after that was acknowledged. */
  shownAgain: string[]
  /** `notification`: what the admin was told of late orders, in the page. */
  channels: Record<'webhook' | 'mail' | 'push' | 'notification', ChannelResult>
}

/** By default a phone is not rung when the work starts. */
const pushed = ['order.accepted', 'order.on_the_way', 'order.completed']
/** A customer gets mails when the order is received, accepted, on the way and completed. */
const mailsPerOrder = 4
const workers = 4
/** How many orders wait at a time to be late. */
const leavers = 8
const refusals = 0.03
/** The share of starts that are killed too. */
const killedStarts = 0.2
/** How long the server is down, in ms by its own clock: before, at and after the pause that follows a refusal. */
const downTimes = [0, 5_000, 31_000]
/** Orders are placed while each channel owes fewer messages than this, so that most are sent between kills. */
const mostOwed = 100
/** As long as the longest pause of the outbox. */
const longestPause = 3 * 3_600_000
/** When no message arrives for this long after the last kill, those that are missing are lost. */
const quietFor = 30_000

/**
 * Places and works orders while the server is killed again and again at random moments, and while the receivers of
 * webhooks, e-mails and push messages refuse some of them. Then compares what each got with the acknowledged changes.
 */
export async function runChannels({ kills, seed, onProgress }: ChannelRunOptions): Promise<ChannelRun> {
  const begun = performance.now()
  const random = seeded(seed)
  const problems: string[] = []
  const work = { ended: false }
  let processes = 0
  const { dir, remove } = await dataFolder()
  const receiverOptions = { refuses: () => !work.ended && random.chance(refusals), process: () => processes }
  const [webhook, mail, push] = await Promise.all([
    startWebhookReceiver(receiverOptions),
    startMailReceiver(receiverOptions),
    startPushReceiver(receiverOptions),
  ])
  const env = {
    DATA_DIR: dir,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    PUBLIC_URL: 'https://orders.example.com',
    // smtp-server answers each new connection after 100 ms.
    SMTP_URL: `${mail.url}/?pool=true`,
    MAIL_FROM: 'orders@example.com',
    WEBHOOKS_ALLOW_PRIVATE: 'true',
    ACCESS_TOKEN_TTL: '12h',
  }
  const server = await createNodes({
    dir,
    env,
    nodes: 1,
    // Ports do not depend on the seed, so that two runs with the same seed can run at the same time.
    random: seeded(process.pid),
    onProblem: (problem) => void problems.push(problem),
  })
  const [clock] = server.clocks

  function start(): Promise<boolean> {
    processes++
    return server.start()
  }

  let killed = 0
  async function kill() {
    killed++
    await server.kill()
    // The receivers read what the killed process had sent before it counts as another one's: accepting a connection and
    // reading from it take a turn of the event loop each, and on a busy machine a timer may end before them.
    for (let turn = 0; turn < 6; turn++) await sleep(5)
  }

  try {
    if (!(await start())) throw new Error(`the server did not start: ${problems.join(' ')}`)
    const workload = await createWorkload({
      target: server.target(),
      demo: server.demo,
      webhookUrl: webhook.url,
      subscription: push.subscription,
    })
    const orders: string[] = []
    const left: string[] = []
    const acknowledged = new Set<string>()
    const eventsOf = (ids: readonly string[], events: readonly string[]) =>
      ids.flatMap((id) => events.map((event) => `${id} ${event}`))
    const changes = () => [...eventsOf(orders, workedEvents), ...eventsOf(left, lateEvents)]
    const results = () => ({
      webhook: compare(webhook.received(), changes()),
      mail: compare(mail.received(), orders, mailsPerOrder),
      push: compare(push.received(), eventsOf(orders, pushed)),
    })
    const isToldLate = (id: string) => webhook.received().some(({ about }) => about === `${id} order.late`)
    const owed = () => Math.max(...Object.values(results()).map(({ events, told }) => events - told))
    const isComplete = () => Object.values(results()).every(({ missing }) => missing.length === 0)
    const received = () => webhook.received().length + mail.received().length + push.received().length

    const working = Promise.all(
      Array.from({ length: workers }, async () => {
        while (!work.ended) {
          orders.push(await workload.workOneOrder())
          while (!work.ended && owed() > mostOwed) await sleep(200)
        }
      }),
    )
    const leaving = Promise.all(
      Array.from({ length: leavers }, async () => {
        while (!work.ended) {
          const id = await workload.leaveOneOrder()
          left.push(id)
          while (!work.ended && !isToldLate(id)) await sleep(200)
          if (!isToldLate(id)) continue
          await workload.acknowledge(id)
          acknowledged.add(id)
        }
      }),
    )
    while (killed < kills) {
      await sleep(20 + random.below(1_200))
      await kill()
      clock?.step(random.pick(downTimes))
      if (killed < kills && random.chance(killedStarts)) {
        const started = start()
        await sleep(random.below(400))
        await kill()
        await started
      }
      if (!(await start())) throw new Error(`the server did not start: ${problems.join(' ')}`)
      const late = left.filter(isToldLate).length
      const got = `${late} late, ${webhook.received().length} requests, ${mail.received().length} mails`
      onProgress(`${killed} of ${kills} kills, ${orders.length} orders, ${got}, ${push.received().length} pushes`)
    }
    work.ended = true
    await Promise.all([working, leaving])
    onProgress(`${orders.length} orders are completed, waiting for the last messages`)

    clock?.step(longestPause)
    for (let before = -1; !isComplete() && received() > before;) {
      before = received()
      await eventually(() => isComplete() || received() > before, quietFor)
      await sleep(500)
    }
    const seconds = (performance.now() - begun) / 1000
    const refused = webhook.refused() + mail.refused() + push.refused()
    const counts = { orders: orders.length, changes: changes().length, kills: killed, seconds, refused }
    const shown = await workload.alerts()
    const notification = compare(await workload.lateNotifications(), eventsOf(left, ['order.late']))
    return {
      ...counts,
      late: left.length,
      shownAgain: shown.filter((id) => acknowledged.has(id)),
      problems,
      channels: { ...results(), notification },
    }
  } finally {
    work.ended = true
    await server.stop()
    await Promise.all([webhook.stop(), mail.stop(), push.stop()])
    await remove()
  }
}
