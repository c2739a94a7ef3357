import type { Account, Session } from '../actors/session.ts'
import type { Setup } from '../setup.ts'
import { readDatabase, type DataSource } from './database.ts'
import { checkCatalogue } from './catalogue.ts'
import { difference, type Difference } from './difference.ts'
import { checkHistory } from './histories.ts'
import { checkListener } from './listeners.ts'
import { checkInvariants } from './invariants.ts'
import { checkJobs } from './hand-over.ts'
import { checkNotifications, readNotifications } from './notifications.ts'
import { checkMessages } from './messages.ts'
import { checkOffers } from './offers.ts'
import { checkOutcomes } from './outcomes.ts'
import { checkPresence } from './presence.ts'
import { checkRest, readAll } from './rest.ts'
import { checkFiles } from './files.ts'
import { checkDashboard } from './dashboards.ts'

type Compared = Pick<
  Setup,
  | 'accounts'
  | 'acknowledgements'
  | 'dashboards'
  | 'listeners'
  | 'problems'
  | 'found'
  | 'abandoned'
  | 'signIn'
  | 'connected'
>

/** Compares what all clients received with what is stored. */
export async function compareAll(
  setup: Compared,
  source: DataSource,
): Promise<{ stored: number; offerMoves: number; differences: Difference[] }> {
  const { accounts, acknowledgements, dashboards, listeners, problems, found, abandoned, signIn, connected } = setup
  // Read the dashboards first: the reads for the comparison must not affect them.
  const shown = dashboards.map((one) => one.state())
  const received = listeners.map((one) => one.received())
  const { orders, unpublished, services, users, abilities } = await readDatabase(source)
  const inactive = new Set(users.filter(({ active }) => !active).map(({ id }) => id))

  const readable =
    ({ request }: Pick<Session, 'request'>) =>
    async (id: string) => {
      const body = await request(`/files/${id}`, {}).catch(() => null)
      return body instanceof Uint8Array && body.length > 0
    }
  const rest = async (account: Account) => {
    const session = await signIn(`compare-${account.user.email}`, account)
    return [
      ...checkRest(account.user, await readAll(session.api), orders),
      ...checkNotifications(account.user, await readNotifications(session.api), orders),
      ...(account === accounts.admins[0]
        ? [
            ...(await checkMessages(session.api, acknowledgements)),
            ...(await checkFiles(readable(session), acknowledgements, orders)),
          ]
        : []),
    ]
  }
  const accountsToCheck = [accounts.admins[0], ...accounts.vendors, ...accounts.customers].flatMap((account) =>
    account && !inactive.has(account.user.id) ? account : [],
  )

  return {
    stored: orders.size,
    offerMoves: [...orders.values()].flatMap(({ history }) => history.filter(({ offered }) => offered)).length,
    differences: [
      ...checkInvariants(acknowledgements, orders),
      ...checkOutcomes(acknowledgements, orders),
      ...[...orders.values()].flatMap(checkHistory),
      ...(unpublished > 0 ? [difference('unpublished')(`${unpublished} orders are not published`)] : []),
      ...shown.flatMap((state) => checkDashboard(state, orders)),
      ...received.flatMap((listener) => checkListener(listener, orders)),
      ...[...shown, ...received].flatMap(({ name, services: listed }) =>
        listed === undefined ? [] : checkCatalogue({ name, services: listed }, services),
      ),
      ...shown.flatMap((one) =>
        one.user.role === 'admin' ? checkPresence(one.name, one.presence, connected(inactive)) : [],
      ),
      ...checkJobs(orders, users),
      ...checkOffers(orders, { services, users, abilities, now: Date.now() }),
      ...found,
      ...(await Promise.all(accountsToCheck.map(rest))).flat(),
      ...problems.map(difference('server')),
      ...(abandoned() > 0 ? [difference('abandoned')(`${abandoned()} requests had no response`)] : []),
    ],
  }
}
