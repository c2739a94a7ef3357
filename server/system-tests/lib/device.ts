import type { Running } from '../../app.ts'
import { packetsOf, quietClient, type Bearer } from './clients.ts'
import type { Random } from './numbers.ts'
import { publishPacket, subscribePacket } from './packets.ts'
import type { Wire } from './wire.ts'

/** The commands to one order, in order. */
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

interface PendingCommand {
  job: Job
  command: Command
  messageId: number
  sent: boolean
}

/** Most jobs at the same time. */
const maxJobs = 6

/**
 * A device that works through its jobs across restarts of the server: it resends unacknowledged commands on the next
 * connection [MQTT-4.4.0-1]. Half of the jobs are sent at once, the others command by command, and some commands twice.
 */
export function createDevice(
  bearer: Bearer & { vendorId: string },
  jobs: readonly Job[],
  random: Random,
  onAcknowledged: (id: string) => void,
) {
  const todo = [...jobs]
  let pending: PendingCommand[] = []
  let wire: Wire | null = null
  let ids = 0
  let repeated = 0
  const refusals: string[] = []

  function send({ job, command, messageId }: PendingCommand, dup: boolean) {
    wire?.send(publishPacket(`orders/${job.orderId}/status`, JSON.stringify(command), messageId, dup))
  }

  function take(job: Job) {
    const pipelined = random.chance(0.5)
    for (const [index, command] of job.commands.entries()) {
      pending.push({ job, command, messageId: ++ids, sent: pipelined || index === 0 })
    }
  }

  function sendFresh(before: readonly PendingCommand[]) {
    for (const entry of pending) {
      if (!entry.sent || before.includes(entry)) continue
      send(entry, false)
      if (!random.chance(0.05)) continue
      send(entry, true)
      repeated++
    }
  }

  function fill() {
    const before = pending.filter(({ sent }) => sent)
    while (new Set(pending.map(({ job }) => job)).size < maxJobs && todo.length > 0) take(todo.shift() as Job)
    // Send the next command of each job whose previous one is acknowledged.
    for (const job of new Set(pending.map((entry) => entry.job))) {
      const [next] = pending.filter((entry) => entry.job === job)
      if (next) next.sent = true
    }
    sendFresh(before)
  }

  function acknowledged(messageId: number) {
    const found = pending.find((entry) => entry.messageId === messageId)
    if (!found) return
    pending = pending.filter((entry) => entry !== found)
    onAcknowledged(found.command.commandId)
    fill()
  }

  return {
    /** Connects and continues. Rejects if the server is down again. */
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
      const again = pending.filter(({ sent }) => sent)
      repeated += again.length
      for (const entry of again) send(entry, true)
      fill()
    },
    /** Stops reading this connection, so that acknowledgements are lost. */
    stopReading: () => wire?.freeze(),
    left: () => todo.length + pending.length,
    /** Number of repeated commands. */
    repeated: () => repeated,
    /** Replies with an error. A repeated command gets the reply of the first one. */
    refusals: () => refusals,
    end: () => wire?.destroy(),
  }
}
