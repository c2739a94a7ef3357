import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../server/system-tests/lib/numbers.ts'
import { config, within, type Mood } from './config.ts'
import type { Proxy } from './proxy/proxy.ts'
import type { KeptServers } from './nodes.ts'
import type { Tally } from './counters.ts'

/** A client whose network can be taken away. A page may be told so by its browser. */
export interface Victim {
  name: string
  networkLost?(): void
  networkBack?(): void
}

export interface FaultInjectionOptions {
  server: KeptServers
  proxy: Proxy
  victims: readonly Victim[]
  /** From kill to kill, in milliseconds on average. */
  killEvery: number
  random: Random
  mood: Mood
  tally: Tally
  /** From when on it may be stopped politely as well. */
  politeFrom: number
  /** Servers end, and nothing else: nobody's network is cut or taken away. */
  onlyKills: boolean
}

/** What happens to the server and to the network, for as long as the mood is rough. */
export function createFaultInjection({
  server,
  proxy,
  victims,
  killEvery,
  random,
  mood,
  tally,
  politeFrom,
  onlyKills,
}: FaultInjectionOptions) {
  let happening = ''

  async function kill() {
    if (random.chance(config.server.killInWrite)) {
      await proxy.nextWrite(400)
      await sleep(within(random, config.server.killAfterWrite))
    }
    happening = 'killed'
    tally.kills++
    await server.kill()
  }

  async function startAgain() {
    await sleep(within(random, config.server.away))
    happening = 'starting'
    while (mood.rough && random.chance(config.server.killWhileStarting)) {
      const started = server.start()
      await sleep(random.below(300))
      tally.kills++
      await server.kill()
      await started
    }
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await server.start()) return void (happening = '')
    }
    throw new Error('the server does not start any more')
  }

  async function endings() {
    const { pause, pauseFor, terminate } = config.server
    let due = performance.now()
    while (mood.rough) {
      due += killEvery * (0.4 + 1.2 * random.next())
      // It always gets some time to work.
      await sleep(Math.max(due - performance.now(), 150 + random.below(250)))
      if (!mood.rough) return
      const what = random.next()
      if (what < pause) {
        happening = 'paused'
        tally.pauses++
        await server.pause(within(random, pauseFor))
        happening = ''
        continue
      }
      if (what < pause + terminate && performance.now() > politeFrom) {
        happening = 'stopping'
        tally.stops++
        await server.terminate()
      } else await kill()
      await startAgain()
    }
  }

  async function cuts() {
    while (mood.rough) {
      await sleep(within(random, config.network.cutEvery))
      if (mood.rough) proxy.cutOne(random.chance(config.network.cutHalfWay))
    }
  }

  async function outages() {
    const { offEvery, offForAll, offFor, offNoticed } = config.network
    while (mood.rough) {
      await sleep(within(random, offEvery))
      if (!mood.rough) return
      const victim = random.chance(offForAll) ? null : random.pick(victims)
      const noticed = random.chance(offNoticed)
      const bringBack = proxy.networkOff(victim?.name ?? null)
      if (noticed) for (const one of victim ? [victim] : victims) one.networkLost?.()
      await sleep(within(random, offFor))
      bringBack()
      if (noticed) for (const one of victim ? [victim] : victims) one.networkBack?.()
    }
  }

  return {
    /** Resolves when the mood is no longer rough, with the server up. */
    run: async () => void (await Promise.all([endings(), ...(onlyKills ? [] : [cuts(), outages()])])),
    happening: () => happening,
  }
}
