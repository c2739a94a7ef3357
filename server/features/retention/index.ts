import type { FeatureModule } from '../feature.ts'
import { createArchive } from './archive.ts'
import { createPersonalData } from './personal-data.ts'
import { createRetention } from './retention.service.ts'

/** Finished orders leave the database after KEEP_ORDERS, into an archive. */
export const retention: FeatureModule = {
  name: 'retention',
  create({ store, settings, nodes, ordersRemoved, clock, log }) {
    const { retention: kept, archiveFolder } = settings
    const archive = createArchive(store, archiveFolder)
    const mayChange = () => nodes.isLeader() && nodes.disconnectedSince() === null
    return {
      personalData: createPersonalData({ archive, mayChange, clock }),
      ...(kept &&
        createRetention({
          store,
          archive: kept.archive ? archive : null,
          keepOrders: kept.keepOrders,
          ordersRemoved,
          mayChange,
          clock,
          log,
        })),
    }
  },
}
