import type { GeocodeQuery, Place } from '#shared/geocoding.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { createRecentValues } from '../../lib/recent-values.ts'
import { placesOf } from './read-places.ts'

export interface GeocoderDependencies {
  /** The template, with {q}. */
  url: string
  version: string
  log: Pick<Log, 'warn'>
}

/** Typing waits for it. */
const timeout = 3_000
const largestAnswer = 512 * 1024
const atOnce = 8
const [mostKept, keptFor] = [2_000, 24 * 3_600_000]

/** Asks the service once for equal questions, and never more than a few questions at once. */
export function createGeocoder({ url, version, log }: GeocoderDependencies) {
  const answers = createRecentValues<Place[]>(mostKept, keptFor)
  const asked = new Map<string, Promise<Place[]>>()

  async function ask(address: string): Promise<Place[]> {
    if (asked.size >= atOnce) throw new UnavailableError('the geocoder is busy', { logged: true })
    try {
      const response = await fetch(address, {
        headers: { accept: 'application/json', 'user-agent': `Callout/${version}` },
        signal: AbortSignal.timeout(timeout),
      })
      if (!response.ok) {
        await response.body?.cancel()
        throw new Error(`HTTP ${response.status}`)
      }
      return placesOf(JSON.parse(await limitedText(response)))
    } catch (error) {
      // The address that is searched for is a person's: it is not logged.
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the geocoder did not answer')
      throw new UnavailableError('the geocoder did not answer', { logged: true })
    }
  }

  return async function find(query: GeocodeQuery): Promise<Place[]> {
    const address = addressFor(url, query)
    if (address === null) return []
    const known = answers.get(address)
    if (known) return known
    const current = asked.get(address) ?? ask(address).finally(() => asked.delete(address))
    asked.set(address, current)
    const places = await current
    answers.set(address, places)
    return places
  }
}

/** What is asked for; null for a position when the service's address of reverse searches is not known. */
export function addressFor(template: string, { q, lat, lng }: GeocodeQuery): string | null {
  if (q !== undefined) return template.replaceAll(/\{q\}|%7Bq%7D/gi, encodeURIComponent(normal(q)))
  const url = new URL(template)
  // Nominatim searches at /search, Photon at /api; both have /reverse beside it.
  if (!/\/(search|api)\/?$/.test(url.pathname)) return null
  url.pathname = url.pathname.replace(/(search|api)\/?$/, 'reverse')
  for (const [name, value] of Array.from(url.searchParams))
    if (/\{q\}/i.test(value) || name === 'limit') url.searchParams.delete(name)
  // Five decimals are a metre.
  url.searchParams.set('lat', String(Number(lat?.toFixed(5))))
  url.searchParams.set('lon', String(Number(lng?.toFixed(5))))
  return url.href
}

const normal = (q: string) => q.replaceAll(/\s+/g, ' ').trim()

async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > largestAnswer) throw new Error('the answer is too large')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
