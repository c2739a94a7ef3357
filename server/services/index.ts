import type { Sessions } from '../auth/sessions.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Store } from '../storage/store.ts'
import { createCatalogueService } from './catalogue.service.ts'
import type { EventBus } from './domain-events.ts'
import { createHandOverSweep } from './hand-over-sweep.ts'
import { createHandOverService } from './hand-over.service.ts'
import { createOrderListsService } from './order-lists.service.ts'
import { createOrdersService } from './orders.service.ts'
import { createSearchRefresh } from './search-refresh.ts'
import { createPresenceService, type PresenceNodes } from './presence.service.ts'
import { createUsersService } from './users.service.ts'

export interface ServicesDependencies {
  store: Store
  events: EventBus
  sessions: Sessions
  nodes: PresenceNodes
  clock: Clock
  log: Log
  currency: string
}

export type Services = ReturnType<typeof createServices>

/** The rules of the core. */
export function createServices({ store, events, sessions, nodes, clock, log, currency }: ServicesDependencies) {
  const presence = createPresenceService({ store, events, nodes, clock })
  const handOver = createHandOverService({ store, events, clock })
  const orders = createOrdersService({ store, events, handOver, clock, currency })
  return {
    presence,
    handOverSweep: createHandOverSweep({ handOver, nodes, clock, log }),
    searchRefresh: createSearchRefresh({ store, clock, log }),
    orders,
    lists: createOrderListsService({ store }),
    catalogue: createCatalogueService({ store, events, currency }),
    users: createUsersService({ store, sessions, vendors: presence, handOver, clock }),
  }
}
