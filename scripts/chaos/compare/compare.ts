import type { Account } from '../actors/session.ts'
import type { Setup } from '../setup.ts'
import { readDatabase, type DataSource } from './database.ts'
import { difference, type Difference } from './difference.ts'
import { checkHistory } from './histories.ts'
import { checkListener } from './listeners.ts'
import { checkInvariants } from './invariants.ts'
import { checkRest, readAll } from './rest.ts'
import { checkDashboard } from './dashboards.ts'

type Compared = Pick<
  Setup,
  'accounts' | 'acknowledgements' | 'dashboards' | 'listeners' | 'problems' | 'abandoned' | 'signIn'
>

/** Compares what all clients received with what is stored. */
export async function compareAll(
  setup: Compared,
  source: DataSource,
): Promise<{ stored: number; differences: Difference[] }> {
  const { accounts, acknowledgements, dashboards, listeners, problems, abandoned, signIn } = setup
  // Read the dashboards first: the reads for the comparison must not affect them.
  const shown = dashboards.map((one) => one.state())
  const { orders, unpublished } = await readDatabase(source)

  const rest = async (account: Account) => {
    const session = await signIn(`compare-${account.user.email}`, account)
    return checkRest(account.user, await readAll(session.api), orders)
  }
  const accountsToCheck = [accounts.admins[0], ...accounts.vendors, ...accounts.customers].flatMap(
    (account) => account ?? [],
  )

  return {
    stored: orders.size,
    differences: [
      ...checkInvariants(acknowledgements, orders),
      ...[...orders.values()].flatMap(checkHistory),
      ...(unpublished > 0 ? [difference('unpublished')(`${unpublished} orders are not published`)] : []),
      ...shown.flatMap((state) => checkDashboard(state, orders)),
      ...listeners.flatMap((listener) => checkListener(listener.received(), orders)),
      ...(await Promise.all(accountsToCheck.map(rest))).flat(),
      ...problems.map(difference('server')),
      ...(abandoned() > 0 ? [difference('abandoned')(`${abandoned()} requests had no response`)] : []),
    ],
  }
}
