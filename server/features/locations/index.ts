import type { FeatureModule } from '../feature.ts'
import { createLocationsService } from './locations.service.ts'

/** Live positions of vendors. */
export const locations: FeatureModule = {
  name: 'locations',
  create({ store, publisher, clock }) {
    const { report } = createLocationsService({ store, publisher, clock })
    return { topics: { vendorLocation: ({ identity }, payload) => report(identity, payload) } }
  },
}
