import type { Position } from '#shared/position.ts'

/** Why the browser does not say where it is. */
export type LocateProblem = 'denied' | 'unavailable'

/** Asks the browser, which asks the person the first time. Resolves to the reason when it does not say. */
export function locate({ maximumAge = 60_000 } = {}): Promise<Position | LocateProblem> {
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- absent without TLS in some browsers
  if (!navigator.geolocation) return Promise.resolve('unavailable')
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: rounded(coords.latitude), lng: rounded(coords.longitude) }),
      ({ code, PERMISSION_DENIED }) => resolve(code === PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge },
    )
  })
}

/** To a tenth of a metre. */
const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6

/** Whether the person has allowed it before, so that asking shows no question. */
export async function mayLocate(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'geolocation' })).state === 'granted'
  } catch {
    return false
  }
}
