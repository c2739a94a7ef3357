import { isoTime } from '../../lib/clock.ts'
import { createRegularSweep } from '../../services/regular-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createArrivals } from './arrivals.ts'
import { createLocationsService } from './locations.service.ts'
import { createOwnTracks } from './own-tracks.ts'
import { createPersonalData } from './personal-data.ts'
import { createPositionStore, positionRecords } from './position-records.ts'
import { locationRoutes } from './routes.ts'

/** Live positions of vendors, the way of the last day, and when a vendor on the way is likely to arrive. */
export const locations: FeatureModule = {
  name: 'locations',
  records: [positionRecords],
  create({ store, publish, nodes, clock, log }) {
    const positions = createPositionStore(store)
    const arrivals = createArrivals({ orders: store.orders, clock })
    const service = createLocationsService({ store, positions, arrivals, publish, clock })
    const sweep = createRegularSweep({
      sweep: async () => void (await positions.sweep(isoTime(clock.now()))),
      every: 10 * 60_000,
      failure: 'positions older than a day could not be deleted; they will be',
      nodes,
      clock,
      log,
    })
    return {
      routes: locationRoutes(service),
      topics: {
        vendorLocation: ({ identity }, _parameters, position) => service.report(identity, position),
        ...createOwnTracks(service.report),
      },
      personalData: createPersonalData({ positions, forget: service.forget, clock }),
      lastPositions: service.lastOf,
      ...sweep,
    }
  },
}
