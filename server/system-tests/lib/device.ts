import type { Running } from '../../app.ts'
import { packetsOf, quietClient, type Bearer } from './clients.ts'
import type { Random } from './numbers.ts'
import { publishPacket, subscribePacket } from './packets.ts'
import type { Wire } from './wire.ts'

/** Commands to one order, in their order. */
export interface Job {
  orderId: string
  commands: Command[]
}

export interface Command {
  status: string
  commandId: string
  reason?: string
  note?: string
}

interface Waiting {
  job: Job
  command: Command
  messageId: number
  sent: boolean
}

/** Jobs that are under way at the same time. */
const atOnce = 6

/**
 * A device that works through its jobs and survives its server: what was not acknowledged when the connection ended is
 * sent again over the next one, as MQTT-4.4.0-1 has it. Half of the jobs are sent in one go, the others step by step,
 * and now and then it is impatient and sends a command twice.
 */
export function createDevice(
  bearer: Bearer & { vendorId: string },
  jobs: readonly Job[],
  random: Random,
  onAcknowledged: (id: string) => void,
) {
  const todo = [...jobs]
  let underWay: Waiting[] = []
  let wire: Wire | null = null
  let ids = 0
  let repeated = 0
  const refusals: string[] = []

  function send({ job, command, messageId }: Waiting, dup: boolean) {
    wire?.send(publishPacket(`orders/${job.orderId}/status`, JSON.stringify(command), messageId, dup))
  }

  function take(job: Job) {
    const inOneGo = random.chance(0.5)
    for (const [index, command] of job.commands.entries()) {
      underWay.push({ job, command, messageId: ++ids, sent: inOneGo || index === 0 })
    }
  }

  function sendFresh(before: readonly Waiting[]) {
    for (const waiting of underWay) {
      if (!waiting.sent || before.includes(waiting)) continue
      send(waiting, false)
      if (!random.chance(0.05)) continue
      send(waiting, true)
      repeated++
    }
  }

  function fill() {
    const before = underWay.filter(({ sent }) => sent)
    while (new Set(underWay.map(({ job }) => job)).size < atOnce && todo.length > 0) take(todo.shift() as Job)
    // The next step of a job whose last one is done.
    for (const job of new Set(underWay.map((waiting) => waiting.job))) {
      const [next] = underWay.filter((waiting) => waiting.job === job)
      if (next) next.sent = true
    }
    sendFresh(before)
  }

  function acknowledged(messageId: number) {
    const found = underWay.find((waiting) => waiting.messageId === messageId)
    if (!found) return
    underWay = underWay.filter((waiting) => waiting !== found)
    onAcknowledged(found.command.commandId)
    fill()
  }

  return {
    /** Comes in and goes on where it was. Rejects when the server is gone again. */
    async connect(app: Running) {
      const opened = await quietClient(app, 'tcp', bearer, { clientId: 'van' })
      packetsOf(opened, (packet) => {
        if (opened !== wire) return
        if (packet.cmd === 'puback') acknowledged(packet.messageId ?? 0)
        if (packet.cmd !== 'publish') return
        const reply = String(packet.payload)
        if (!(JSON.parse(reply) as { ok: boolean }).ok) refusals.push(reply)
      })
      wire?.destroy()
      wire = opened
      wire.send(subscribePacket(`users/${bearer.vendorId}/replies`))
      const again = underWay.filter(({ sent }) => sent)
      repeated += again.length
      for (const waiting of again) send(waiting, true)
      fill()
    },
    /** Hears nothing any more on this connection: acknowledgements get lost on their way. */
    goDeaf: () => wire?.freeze(),
    left: () => todo.length + underWay.length,
    /** Commands that were sent more than once, counting every time. */
    repeated: () => repeated,
    /** Replies that say no. What is sent again is answered as it was the first time. */
    refusals: () => refusals,
    end: () => wire?.destroy(),
  }
}
