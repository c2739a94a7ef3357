import { seeded, type Random } from '../../server/system-tests/lib/numbers.ts'
import { createAdminRounds } from './actors/admin-rounds.ts'
import { createAdmin, type AdminOptions } from './actors/admin.ts'
import { createDeactivations, type LeavingVendor } from './actors/deactivations.ts'
import { createOutcomes } from './actors/outcomes.ts'
import { createPricing } from './actors/pricing.ts'
import type { Retry } from './actors/retry.ts'
import { createSkills } from './actors/skills.ts'
import { createSend } from './actors/send.ts'
import type { Account, Session } from './actors/session.ts'
import type { Accounts } from './accounts.ts'
import { difference, type Difference } from './compare/difference.ts'
import type { ActiveFaults } from './config.ts'

type Common = Pick<AdminOptions, 'acknowledgements' | 'counters' | 'workload' | 'isFinishing'>

export interface StaffOptions {
  origin: string
  accounts: Accounts
  common: Common
  random: Random
  faults: Readonly<ActiveFaults>
  /** Only the admin who intervenes in orders: no vendor, admin or service changes. */
  onlyKills: boolean
  newRetry(): Retry
  gaveUp(): boolean
  signIn(client: string, account: Account): Promise<Session>
  /** The vendor's pages and devices. */
  connectionsOf(account: Account): LeavingVendor['connections']
  found(differences: Difference[]): void
}

/** The admins: one intervenes in orders, two deactivate vendors, one changes prices, and all deactivate each other. */
export async function createStaff(options: StaffOptions) {
  const { origin, accounts, common, random, faults, onlyKills, newRetry, gaveUp, signIn, connectionsOf, found } =
    options
  const { counters, isFinishing } = common
  const ownRandom = () => seeded(random.below(2 ** 32))
  const vendorIds = accounts.vendors.map(({ user }) => user.id)
  const [first, second, third, fourth] = accounts.admins
  if (!first || !second || !third || !fourth) throw new Error('there are not four admins')
  const randoms = {
    admin: ownRandom(),
    deactivations: ownRandom(),
    pricing: ownRandom(),
    rounds: ownRandom(),
    skills: ownRandom(),
    outcomes: ownRandom(),
  }

  const [admin, one, other, pricing] = await Promise.all([
    signIn('admin-1', first),
    signIn('admin-2', second),
    signIn('admin-3', third),
    signIn('admin-4', fourth),
  ])
  const vendors = await Promise.all(
    accounts.leaving.map(async (account): Promise<LeavingVendor> => {
      const session = await signIn(`vendor-page-of-${account.user.email}`, account)
      return { account, session, connections: connectionsOf(account) }
    }),
  )
  const send = createSend(origin, 'staff')
  // Afterwards all clients stay connected.
  const ending = () => isFinishing() || !faults.disruptive
  const shared = { counters, isFinishing: ending, gaveUp, found }
  const deactivations = createDeactivations({
    ...shared,
    sessions: [one, other],
    send,
    vendors,
    vendorIds,
    random: randoms.deactivations,
    retry: newRetry(),
  })
  const { serviceIds } = accounts
  const pricingOptions = { session: pricing, serviceIds, random: randoms.pricing, retry: newRetry() }
  const intervene = createAdmin({
    ...common,
    name: 'admin-1',
    session: admin,
    vendorIds,
    random: randoms.admin,
    retry: newRetry(),
  })
  const outcomes = { ...common, name: 'admin-1', random: randoms.outcomes, retry: newRetry() }
  const refund = createOutcomes({ ...outcomes, session: admin })
  const disturbing = [
    ...deactivations.runs,
    createPricing({ ...shared, ...pricingOptions, isFinishing }),
    createSkills({ ...shared, session: pricing, vendorIds, random: randoms.skills, retry: newRetry(), isFinishing }),
    createAdminRounds({ ...shared, admins: accounts.admins, send, random: randoms.rounds }),
  ]
  return {
    runs: [intervene, refund, ...(onlyKills ? [] : disturbing)],
    /** The first of the leaving vendors is deactivated for good, with the jobs that are left. */
    async leave(): Promise<void> {
      const [leaver] = vendors
      if (leaver && !(await deactivations.leave(leaver)))
        found([difference('abandoned')('no admin could deactivate the vendor at the end')])
    },
  }
}
