import type { OrderStatus } from '#shared/order-status.ts'
import type { Random } from '../../server/system-tests/lib/numbers.ts'
import type { Pace } from './pace.ts'
import type { Tally } from './tally.ts'
import { aPlace, placeOf, route, type Point } from './town.ts'
import type { Van } from './van.ts'

export interface VendorOptions {
  van: Van
  random: Random
  pace: Pace
  tally: Tally
}

/** Positions are published at most once a second (features/locations), so a report comes at most as often. In ms. */
const shortestReport = 1_000
const metresPerSecond = 90

/** A van takes one of the newest offers, so that of forty vans not all want the same. */
const choice = 12

/** Works offered orders, one at a time, until the simulation stops: then it ends the job at hand. */
export async function liveAsVendor({ van, random, pace, tally }: VendorOptions) {
  let place = aPlace(random)
  try {
    await van.connect()
    while (await van.untilOffered(pace.stopping)) {
      await pace.pause(1, 5)
      const offered = [...van.offers].slice(-choice)
      if (pace.stopping.aborted || offered.length === 0) continue
      const orderId = random.pick(offered)
      const what = random.next()
      if (what < 0.03) await decline(orderId)
      else if (what < 0.06) await drop()
      else if (what < 0.08) await rest()
      else await work(orderId)
    }
  } catch (error) {
    tally.failed('van', error)
  } finally {
    await van.end()
  }

  /** False when the order ended, or another van was faster. */
  async function command(orderId: string, status: OrderStatus, reason?: string): Promise<boolean> {
    const { ok, code, detail } = await van.command(orderId, status, reason)
    if (ok) return true
    van.forget(orderId)
    const expected = ['already_taken', 'invalid_transition', 'not_found', 'forbidden'].includes(code ?? '')
    if (!expected) tally.failed('van', `${status}: ${detail ?? code}`)
    else if (status === 'accepted') tally.add('beaten')
    return false
  }

  async function decline(orderId: string) {
    await command(orderId, 'rejected', 'Too far away')
    van.forget(orderId)
  }

  /** A tunnel: the broker publishes the last will, and the queued offers arrive afterwards. */
  async function drop() {
    tally.add('lost')
    await van.lose()
    await pace.pause(8, 20)
    await van.connect()
  }

  async function rest() {
    await van.say('break')
    await pace.pause(10, 25)
    await van.say('online')
  }

  async function work(orderId: string) {
    if (!(await command(orderId, 'accepted'))) return
    await pace.pause(1, 4)
    if (random.chance(0.02) && !pace.stopping.aborted)
      return void (await command(orderId, 'pending', 'The van does not start'))
    if (!(await command(orderId, 'on_the_way'))) return
    await drive(placeOf(van.addressOf(orderId) ?? ''))
    if (!(await command(orderId, 'in_progress'))) return
    await pace.pause(6, 16)
    await command(orderId, 'completed')
  }

  async function drive(to: Point) {
    const way = route(place, to)
    place = to
    const took = (way.metres / metresPerSecond / pace.speed) * 1000
    const reports = Math.max(1, Math.floor(took / Math.max(shortestReport, 2_000 / pace.speed)))
    for (let report = 1; report <= reports && !pace.stopping.aborted; report++) {
      await pace.pause((took / reports / 1000) * pace.speed)
      van.report(way.at(report / reports))
    }
  }
}
