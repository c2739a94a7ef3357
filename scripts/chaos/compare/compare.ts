import type { Account } from '../actors/session.ts'
import type { Stage } from '../setup.ts'
import { readDatabase, type Place } from './database.ts'
import { difference, type Difference } from './difference.ts'
import { checkHistory } from './histories.ts'
import { checkListener } from './listeners.ts'
import { checkInvariants } from './invariants.ts'
import { checkRest, readAll } from './rest.ts'
import { checkScreen } from './screens.ts'

type Compared = Pick<Stage, 'people' | 'record' | 'dashboards' | 'listeners' | 'troubles' | 'abandoned' | 'signIn'>

/** Everything that anybody was told, against what is stored. */
export async function compareAll(
  stage: Compared,
  place: Place,
): Promise<{ stored: number; differences: Difference[] }> {
  const { people, record, dashboards, listeners, troubles, abandoned, signIn } = stage
  // The screens first: nothing that is read for the comparison shall come before them.
  const screens = dashboards.map((one) => one.screen())
  const { orders, unpublished } = await readDatabase(place)

  const rest = async (account: Account) => {
    const session = await signIn(`compare-${account.user.email}`, account)
    return checkRest(account.user, await readAll(session.api), orders)
  }
  const answers = [people.admins[0], ...people.vendors, ...people.customers].flatMap((account) => account ?? [])

  return {
    stored: orders.size,
    differences: [
      ...checkInvariants(record, orders),
      ...[...orders.values()].flatMap(checkHistory),
      ...(unpublished > 0 ? [difference('unpublished')(`${unpublished} orders are not published`)] : []),
      ...screens.flatMap((screen) => checkScreen(screen, orders)),
      ...listeners.flatMap((listener) => checkListener(listener.heard(), orders)),
      ...(await Promise.all(answers.map(rest))).flat(),
      ...troubles.map(difference('server')),
      ...(abandoned() > 0 ? [difference('abandoned')(`${abandoned()} requests were never answered`)] : []),
    ],
  }
}
