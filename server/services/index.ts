import type { PasswordCost } from '../auth/passwords.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../storage/store.ts'
import { createCatalogueService } from './catalogue.service.ts'
import { createCustomersService, type CustomersDependencies } from './customers.service.ts'
import type { EventBus } from './domain-events.ts'
import { createHandOverService } from './hand-over.service.ts'
import type { Offering } from './offering.ts'
import { createOrderListsService } from './order-lists.service.ts'
import { createOrderAmendments } from './order-amendments.ts'
import { createOrderCorrections } from './order-corrections.ts'
import { createOrdersService, type OrdersDependencies } from './orders.service.ts'
import { createSearchRefresh } from './search-refresh.ts'
import { createPresenceService, type PresenceNodes } from './presence.service.ts'
import { createRegularSweep } from './regular-sweep.ts'
import { createRenamesService } from './renames.service.ts'
import { createUsersService } from './users.service.ts'

export interface ServicesDependencies {
  store: Store
  events: EventBus
  sessions: Sessions
  nodes: PresenceNodes
  offering: Offering
  clock: Clock
  log: Log
  currency: string
  reasonText?: OrdersDependencies['reasonText']
  /** Of phone numbers without a country's code. */
  country: CustomersDependencies['country']
  /** In seconds. */
  pushOnDutyFor: number
  passwordCost?: PasswordCost
  checkCompletion?: OrdersDependencies['checkCompletion']
}

export type Services = ReturnType<typeof createServices>

/** The rules of the core. */
export function createServices(dependencies: ServicesDependencies) {
  const { store, events, sessions, nodes, offering, clock, log, currency, country, pushOnDutyFor, passwordCost } =
    dependencies
  const { reasonText, checkCompletion } = dependencies
  const presence = createPresenceService({ store, events, nodes, clock, pushOnDutyFor })
  const handOver = createHandOverService({ store, events, offering, clock })
  const renames = createRenamesService({ store, events, clock, log })
  const customers = createCustomersService({ store, clock, country })
  const amendments = createOrderAmendments({ store, events, clock })
  const orders = createOrdersService({
    store,
    events,
    handOver,
    offering,
    customers,
    clock,
    currency,
    checkCompletion,
    reasonText,
  })
  return {
    presence,
    handOverSweep: createRegularSweep({
      sweep: handOver.sweep,
      failure: 'jobs of inactive vendors could not be handed over',
      nodes,
      clock,
      log,
    }),
    renames,
    renameSweep: createRegularSweep({
      sweep: renames.sweep,
      failure: 'open orders could not be renamed',
      nodes,
      clock,
      log,
    }),
    searchRefresh: createSearchRefresh({ store, clock, log }),
    customers,
    orders,
    amendments,
    corrections: createOrderCorrections({ store, amendments, offering, clock }),
    lists: createOrderListsService({ store, clock }),
    catalogue: createCatalogueService({ store, events, renames, currency }),
    users: createUsersService({ store, sessions, vendors: presence, handOver, renames, clock, passwordCost }),
  }
}
