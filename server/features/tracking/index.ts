import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createHolders } from './holders.ts'
import { createLinkStore, linkRecords } from './link-records.ts'
import { createLinksService, trackingSecrets } from './links.service.ts'
import { createPersonalData } from './personal-data.ts'
import { trackingRoutes } from './routes.ts'
import { createTrackingSettings } from './settings.ts'

/** Links by which people without an account follow one order. */
export const tracking: FeatureModule = {
  name: 'tracking',
  records: [linkRecords],
  redact: trackingSecrets.redact,
  create({ store, events, settings: { publicUrl }, keyFor, clock, log }) {
    const stored = createLinkStore(store)
    const settings = createTrackingSettings(store)
    const key = keyFor('tracking links')
    const links = createLinksService({ links: stored, orders: store.orders, events, key, publicUrl, clock })
    return {
      routes: trackingRoutes({ links, settings, events }),
      tokens: createHolders({ links: stored, store, settings, clock }),
      trackingUrl: links.urlFor,
      personalData: createPersonalData({ links: stored, forget: links.forget }),
      async ordersRemoved(orders) {
        for (const { id } of orders) await links.forget(id)
      },
      ...createHourlySweep({ what: 'expired tracking links', sweep: stored.sweep, clock, log }),
    }
  },
}
