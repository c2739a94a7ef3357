import type { FeatureModule } from '../feature.ts'
import { createFollowUps } from './follow-ups.service.ts'
import { followUpRoutes } from './routes.ts'

/** Places an order once more after it has ended, linked with the one before. */
export const followUps: FeatureModule = {
  name: 'follow-ups',
  create({ store, amendments, customers, offering, events, settings, clock }) {
    const service = createFollowUps({
      store,
      amendments,
      customers,
      offering,
      events,
      currency: settings.currency,
      clock,
    })
    // After a crash between the two writes, the order before learns of the new one here.
    events.withEveryChange(service.link)
    return { routes: followUpRoutes(service) }
  },
}
