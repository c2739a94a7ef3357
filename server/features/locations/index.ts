import type { FeatureModule } from '../feature.ts'
import { createLocationsService } from './locations.service.ts'

/** Live positions of vendors. */
export const locations: FeatureModule = {
  name: 'locations',
  create({ store, publish, clock }) {
    const { report } = createLocationsService({ store, publish, clock })
    return { topics: { vendorLocation: ({ identity }, _parameters, position) => report(identity, position) } }
  },
}
