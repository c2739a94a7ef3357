import { createRegularSweep } from '../../services/regular-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { areaRecords, roundRecords } from './area-records.ts'
import { createAreasService } from './areas.service.ts'
import { createCandidates } from './candidates.ts'
import { createDispatchRules } from './dispatch-rules.ts'
import { createOffersService } from './offers.service.ts'
import { createRoundsService } from './rounds.service.ts'
import { dispatchRoutes } from './routes.ts'

/** Offers orders only to the vendors who have the skills and work in the area, in rounds where a service says so. */
export const dispatch: FeatureModule = {
  name: 'dispatch',
  records: [areaRecords, roundRecords],
  create(core) {
    const { store, events, offering, presence, lastPositions, nodes, settings, clock, log } = core
    const stored = store.collection(areaRecords)
    const rules = createDispatchRules({ store, areas: () => stored.list({ index: 'byName' }), events, settings, clock })
    const areas = createAreasService({ areas: stored, abilities: store.abilities, changed: rules.forget })
    const candidates = createCandidates({ store, presence, positions: lastPositions })
    const offers = createOffersService({ rules, candidates, clock })
    const rounds = createRoundsService({
      store,
      rounds: store.collection(roundRecords),
      rules,
      offers,
      events,
      isLeader: nodes.isLeader,
      clock,
    })
    offering.use(offers)
    events.withEveryChange(rounds.orderChanged)
    const sweep = createRegularSweep({
      sweep: rounds.sweep,
      every: 1_000,
      failure: 'offers could not be moved on; they will be',
      // Every node keeps the rules up to date.
      nodes: { isLeader: () => true },
      clock,
      log,
    })
    return {
      routes: dispatchRoutes({ areas, offers, orders: store.orders }),
      ordersRemoved: rounds.removed,
      async start() {
        // Without them, the first orders might be offered to all. A database that is away is waited for by each request.
        await rules.current().catch(rules.forget)
        sweep.start()
      },
      stop: sweep.stop,
    }
  },
}
