import { setTimeout as sleep } from 'node:timers/promises'
import { seeded, type Random } from '../../server/system-tests/lib/numbers.ts'
import { stepClocks } from './clock-steps.ts'
import { config, within, type ActiveFaults } from './config.ts'
import type { Proxy } from './proxy/proxy.ts'
import type { Nodes } from './nodes.ts'
import type { Counters } from './counters.ts'

/** A client whose network can be cut. `networkLost` and `networkBack` are the browser's notifications to a page. */
export interface NetworkClient {
  name: string
  networkLost?(): void
  networkBack?(): void
}

export interface FaultInjectionOptions {
  server: Nodes
  proxy: Proxy
  networkClients: readonly NetworkClient[]
  /** Mean time between kills, in ms. */
  killEvery: number
  random: Random
  faults: ActiveFaults
  counters: Counters
  /** Time of the first graceful stop. */
  gracefulFrom: number
  /** Only servers are killed; no network is cut. */
  onlyKills: boolean
}

/** Injects faults into server, clocks and network as long as `faults.disruptive` is set. */
export function createFaultInjection({
  server,
  proxy,
  networkClients,
  killEvery,
  random,
  faults,
  counters,
  gracefulFrom,
  onlyKills,
}: FaultInjectionOptions) {
  const clockRandom = seeded(random.below(2 ** 32))
  let activity = ''
  /** How long the last start took, in ms. */
  let startTook = 0

  async function kill() {
    if (random.chance(config.server.killInWrite)) {
      await proxy.nextWrite(400)
      await sleep(within(random, config.server.killAfterWrite))
    }
    activity = 'killed'
    counters.kills++
    await server.kill()
  }

  async function restart() {
    await sleep(within(random, config.server.downFor))
    activity = 'starting'
    while (faults.disruptive && random.chance(config.server.killWhileStarting)) {
      const started = server.start()
      await sleep(random.below(300))
      counters.kills++
      await server.kill()
      await started
    }
    for (let attempt = 0; attempt < 3; attempt++) {
      const begun = performance.now()
      if (!(await server.start())) continue
      startTook = performance.now() - begun
      activity = ''
      return
    }
    throw new Error('the server did not start in three attempts')
  }

  async function stopServers() {
    const { pause, pauseFor, terminate } = config.server
    let due = performance.now()
    while (faults.disruptive) {
      due += killEvery * (0.4 + 1.2 * random.next())
      // The server always gets some time to work, and more on a slow machine.
      await sleep(Math.max(due - performance.now(), 150, startTook * (0.4 + 0.6 * random.next())))
      if (!faults.disruptive) return
      const roll = random.next()
      if (roll < pause) {
        activity = 'paused'
        counters.pauses++
        await server.pause(within(random, pauseFor))
        activity = ''
        continue
      }
      if (roll < pause + terminate && performance.now() > gracefulFrom) {
        activity = 'stopping'
        counters.stops++
        await server.terminate()
      } else await kill()
      await restart()
    }
  }

  async function cutConnections() {
    while (faults.disruptive) {
      await sleep(within(random, config.network.cutEvery))
      if (faults.disruptive) proxy.cutOne(random.chance(config.network.cutMidPacket))
    }
  }

  async function cutNetworks() {
    const { offEvery, offForAll, offFor, offNoticed } = config.network
    while (faults.disruptive) {
      await sleep(within(random, offEvery))
      if (!faults.disruptive) return
      const client = random.chance(offForAll) ? null : random.pick(networkClients)
      const noticed = random.chance(offNoticed)
      const bringBack = proxy.networkOff(client?.name ?? null)
      if (noticed) for (const one of client ? [client] : networkClients) one.networkLost?.()
      await sleep(within(random, offFor))
      bringBack()
      if (noticed) for (const one of client ? [client] : networkClients) one.networkBack?.()
    }
  }

  return {
    /** Resolves when `faults.disruptive` is off and the server is up. */
    async run() {
      const clocks = { clocks: server.clocks, random: clockRandom, faults, counters, setBackFrom: gracefulFrom }
      await Promise.all([stopServers(), ...(onlyKills ? [] : [cutConnections(), cutNetworks(), stepClocks(clocks)])])
    },
    activity: () => activity,
  }
}
