import { createRegularSweep } from '../../services/regular-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createAlerts } from './alerts.ts'
import { createDeadlineStore, deadlineRecords } from './deadline-records.ts'
import { createDeadlinesService } from './deadlines.service.ts'
import { alertRoutes } from './routes.ts'
import { createServiceDeadlines } from './service-deadlines.ts'

/** Tells admins when an order is not accepted, reached or finished within the times of its services. */
export const deadlines: FeatureModule = {
  name: 'deadlines',
  records: [deadlineRecords],
  create(core) {
    const { store, events, replaceRetained, nodes, clock, log } = core
    const stored = createDeadlineStore(store)
    const service = createDeadlinesService({
      store,
      deadlines: stored,
      services: createServiceDeadlines(core),
      alerts: createAlerts({ deadlines: stored, replaceRetained }),
      events,
      isLeader: nodes.isLeader,
      areRoundsUsed: core.offering.areRulesUsed,
      clock,
    })
    events.withEveryChange(service.orderChanged)
    const sweep = createRegularSweep({
      sweep: service.sweep,
      every: 2_000,
      failure: 'late orders could not be told of; they will be',
      // Every node publishes the alerts to its own clients.
      nodes: { isLeader: () => true },
      clock,
      log,
    })
    return { routes: alertRoutes(service), ...sweep }
  },
}
