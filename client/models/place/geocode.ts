import { signal } from '@preact/signals'
import { PlaceList, type Place } from '#shared/geocoding.ts'
import type { Position } from '#shared/position.ts'
import type { Api } from '../../live/api.ts'

/** False once the server has said that it has no geocoder: it is not asked again. */
const available = signal(true)

async function ask(api: Pick<Api, 'get'>, query: string): Promise<readonly Place[]> {
  if (!available.peek()) return []
  try {
    const answer = await api.get(`/geocode?${query}`, PlaceList)
    available.value = answer.available
    return answer.places
  } catch {
    // Addresses can be typed without it.
    return []
  }
}

const shortestSearch = 4

export const findPlaces = (api: Pick<Api, 'get'>, q: string): Promise<readonly Place[]> =>
  q.trim().length < shortestSearch ? Promise.resolve([]) : ask(api, `q=${encodeURIComponent(q.trim())}`)

/** null when it is not known. */
export const addressAt = async (api: Pick<Api, 'get'>, { lat, lng }: Position): Promise<Place | null> =>
  (await ask(api, `lat=${lat}&lng=${lng}`))[0] ?? null
