import { createRegularSweep } from '../../services/regular-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createCoreData } from './core-data.ts'
import { createErasureService } from './erasure.service.ts'
import { createExport } from './export.ts'
import { erasureRecords } from './erasure-records.ts'
import { leavingRoutes } from './routes.ts'

/** People who leave: their data as a file, and the erasure of everything about them. */
export const leaving: FeatureModule = {
  name: 'leaving',
  records: [erasureRecords],
  create(core) {
    const { store, users, events, signIn, nodes, personalData, discardOutdated, clock, log } = core
    const coreData = createCoreData(core)
    const erasure = createErasureService({
      erasures: store.collection(erasureRecords),
      store,
      users,
      events,
      personalData: () => [coreData, ...personalData()],
      discardOutdated,
      clock,
      log,
    })
    const sweep = createRegularSweep({
      sweep: erasure.sweep,
      failure: 'people could not be erased; it is tried again',
      nodes,
      clock,
      log,
    })
    return {
      routes: leavingRoutes({
        erasure,
        exportOf: createExport({ store, personalData, clock }),
        users,
        store,
        signIn,
      }),
      start: sweep.start,
      async stop() {
        await sweep.stop()
        await erasure.stop()
      },
    }
  },
}
