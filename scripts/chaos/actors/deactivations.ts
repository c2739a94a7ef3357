import { setTimeout as sleep } from 'node:timers/promises'
import { activeStatuses } from '#shared/order-status.ts'
import { Order, OrderList } from '#shared/orders.ts'
import { User, type OpenJobs } from '#shared/users.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { eventually } from '../../../server/system-tests/lib/waiting.ts'
import { difference, type Difference } from '../compare/difference.ts'
import { checkHandOver } from '../compare/hand-over.ts'
import { config, within } from '../config.ts'
import type { Counters } from '../counters.ts'
import { answerTo } from './answered.ts'
import type { Retry } from './retry.ts'
import { once, type Send } from './send.ts'
import type { Account, Session } from './session.ts'

/** A vendor who is deactivated now and then. */
export interface LeavingVendor {
  account: Account
  /** Signed in as this vendor. */
  session: Pick<Session, 'token'>
  /** Whether each of the vendor's pages and devices is connected. */
  connections: readonly (() => boolean)[]
}

export interface DeactivationsOptions {
  /** Of two admins. */
  sessions: readonly [Session, Session]
  /** Sends requests without a session. */
  send: Send
  vendors: readonly LeavingVendor[]
  /** Vendors who may get the jobs; the others stay active. */
  vendorIds: readonly string[]
  random: Random
  counters: Pick<Counters, 'deactivations' | 'released' | 'reassigned' | 'reactivations'>
  retry: Retry
  isFinishing(): boolean
  gaveUp(): boolean
  found(differences: Difference[]): void
}

/** The sweep of the server comes every ten seconds; a write under way when the vendor was deactivated waits for it. */
const sweptWithin = 15_000
/** The contract says a second; the server may be frozen meanwhile. */
const closedWithin = 6_000

const active = activeStatuses.map((status) => `&status=${status}`).join('')

/**
 * Two admins deactivate vendors, sometimes the same one at once, and activate them again. While a vendor is inactive: no
 * job may stay with the vendor, those read before must have gone where the admin chose, and the vendor is signed out.
 */
export function createDeactivations(options: DeactivationsOptions) {
  const { sessions, send, vendors, vendorIds, random, counters, retry, isFinishing, gaveUp, found } = options
  const { deactivateEvery, inactiveFor, deactivatedTwice, reassigned } = config.actors
  const busy = new Set<LeavingVendor>()
  const isLeaving = (id: string) => vendors.some(({ account }) => account.user.id === id)

  const choose = ({ account }: LeavingVendor): OpenJobs =>
    random.chance(reassigned)
      ? { reassignTo: random.pick(vendorIds.filter((id) => id !== account.user.id)) }
      : 'release'

  async function change({ request }: Session, { account }: LeavingVendor, body: object) {
    const path = `/users/${account.user.id}`
    return retry.untilDefinite(async () => User.parse(await request(path, { method: 'PATCH', body, headers: once })))
  }

  /** Resolves to the choice that took effect, or null. Sometimes the admin asks first whether there are jobs. */
  async function deactivate(admin: Session, vendor: LeavingVendor, choice: OpenJobs): Promise<OpenJobs | null> {
    const bodies = [
      { active: false, openJobs: choice },
      { active: false, openJobs: 'release' as const },
    ]
    if (random.chance(0.3)) {
      const asked = await change(admin, vendor, { active: false })
      if (asked?.done) return 'release'
    }
    for (const body of bodies) {
      const outcome = await change(admin, vendor, body)
      if (outcome?.done) return body.openJobs
      // The vendor who was chosen is inactive too.
      if (outcome?.refusal.code !== 'unknown_vendor') return null
    }
    return null
  }

  async function jobsOf({ api }: Session, { account }: LeavingVendor): Promise<Order[] | null> {
    const path = `/orders?limit=200&vendorId=${account.user.id}${active}`
    const outcome = await retry.untilDefinite(() => api.get(path, OrderList))
    return outcome?.done ? outcome.value.orders : null
  }

  async function checkChoice(admin: Session, vendor: LeavingVendor, jobs: readonly Order[], choice: OpenJobs) {
    for (const job of jobs) {
      const outcome = await retry.untilDefinite(() => admin.api.get(`/orders/${job.id}`, Order))
      if (!outcome?.done) continue
      const { result, wrong } = checkHandOver({ job, now: outcome.value, by: admin.me.id, choice, isLeaving })
      if (result) counters[result]++
      if (wrong) found([difference('hand-over')(`${vendor.account.user.name}: ${wrong}`)])
    }
  }

  async function checkInactive(admin: Session, vendor: LeavingVendor) {
    const { user, password } = vendor.account
    let left: Order[] = []
    const noneLeft = async () => (left = (await jobsOf(admin, vendor)) ?? []).length === 0
    if (!(await eventually(noneLeft, sweptWithin)))
      found(
        left.map(({ id, status }) => difference('hand-over')(`${id}, ${status}, stays with ${user.name}, inactive`)),
      )
    const token = vendor.session.token.peek()
    const body = { email: user.email, password }
    const answers = [
      await answerTo(send, '/auth/login', { method: 'POST', body }, gaveUp),
      token === null ? null : await answerTo(send, '/auth/me', { token }, gaveUp),
    ]
    if (answers.some((answer) => answer?.status === 200))
      found([difference('signed in')(`${user.name} is inactive, and gets answers`)])
    if (!(await eventually(() => vendor.connections.every((connected) => !connected()), closedWithin)))
      found([difference('signed in')(`${user.name} is inactive, and still connected`)])
  }

  async function withMostJobs(admin: Session) {
    const idle = vendors.filter((vendor) => !busy.has(vendor))
    const loads = await Promise.all(idle.map(async (vendor) => ({ vendor, jobs: (await jobsOf(admin, vendor)) ?? [] })))
    const most = Math.max(...loads.map(({ jobs }) => jobs.length))
    const candidates = loads.filter(({ jobs }) => jobs.length === most)
    return candidates.length === 0 ? null : random.pick(candidates)
  }

  async function round(admin: Session, other: Session) {
    const chosen = await withMostJobs(admin)
    if (!chosen || busy.has(chosen.vendor)) return
    const { vendor, jobs } = chosen
    busy.add(vendor)
    try {
      const twice = random.chance(deactivatedTwice)
      const [choice] = await Promise.all([
        deactivate(admin, vendor, choose(vendor)),
        twice ? deactivate(other, vendor, choose(vendor)) : null,
      ])
      if (!choice) return
      counters.deactivations++
      if (!twice) await checkChoice(admin, vendor, jobs, choice)
      await checkInactive(admin, vendor)
      await sleep(within(random, inactiveFor))
    } finally {
      if ((await change(admin, vendor, { active: true }))?.done) counters.reactivations++
      busy.delete(vendor)
    }
  }

  return {
    runs: [sessions, sessions.toReversed()].map(([admin, other]) => async () => {
      while (!isFinishing()) {
        await sleep(within(random, deactivateEvery))
        if (!isFinishing() && admin && other) await round(admin, other)
      }
    }),
    /** Deactivates a vendor for good. */
    leave: (vendor: LeavingVendor) => deactivate(sessions[0], vendor, 'release'),
  }
}
