import { GeocodeQuery, PlaceList } from '#shared/geocoding.ts'
import { DomainError } from '../../lib/errors.ts'
import { only } from '../../http/route.ts'
import type { FeatureModule } from '../feature.ts'
import { createGeocoder } from './geocoder.ts'

const [perMinute, minute] = [90, 60]

/** Finds addresses and their positions with the service at GEOCODER_URL. */
export const geocoder: FeatureModule = {
  name: 'geocoder',
  create({ settings: { geocoderUrl, version }, limit, log }) {
    const find = geocoderUrl === null ? null : createGeocoder({ url: geocoderUrl, version, log })
    const secondsToWait = limit('geocode', perMinute, minute)
    return {
      routes: [
        only(
          ['customer', 'admin'],
          {
            method: 'get',
            path: '/geocode',
            query: GeocodeQuery,
            tokens: 'integration',
            link: 'change',
            summary:
              'Addresses that match `q`, or the address at a position; nothing without a geocoder (GEOCODER_URL)',
            reply: { 200: PlaceList },
            errors: ['too_many_requests'],
          },
          async ({ identity, query }) => {
            if (!find) return { status: 200, body: { available: false, places: [] } }
            const retryAfter = await secondsToWait(identity.id)
            if (retryAfter > 0)
              throw new DomainError('too_many_requests', `Try again in ${retryAfter} s.`, { retryAfter })
            return { status: 200, body: { available: true, places: await find(query) } }
          },
        ),
      ],
    }
  },
}
