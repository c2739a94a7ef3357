import { computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import * as z from 'zod/mini'
import { distanceBetween } from '#shared/geo.ts'
import type { Position } from '#shared/position.ts'
import type { Api } from '../../live/api.ts'
import type { LocateProblem } from '../place/geolocate.ts'
import { sharedSetting } from '../ui/shared-setting.ts'

/** Whether this vendor shares the position while driving; null until they were asked. */
export type Choice = 'on' | 'off' | null

/** Of one vendor in this browser. */
export const sharingChoice = (vendorId: string): Signal<Choice> =>
  sharedSetting<Choice>(
    `${vendorId}.sharePosition`,
    (stored) => (stored === 'on' || stored === 'off' ? stored : null),
    (value) => value && JSON.stringify(value),
  )

/**
 * `ask`: not answered yet. `off`: the vendor does not want it. `waiting`: no position was sent yet. `unsent`: the last one did not
 * reach the server. null: no drive.
 */
export type Sharing = 'ask' | 'off' | 'waiting' | 'shared' | 'unsent' | LocateProblem | null

export interface SharingDependencies {
  api: Pick<Api, 'post'>
  choice: Signal<Choice>
  /** Whether an order of this vendor is on the way. */
  driving: ReadonlySignal<boolean>
  /** Missing without TLS in some browsers. */
  geolocation: () => Geolocation | undefined
  monotonic?: () => number
}

/** Two positions are sent this far apart, in ms; sooner ones wait, and the newest is sent. */
const shortestInterval = 3_000
/** A shorter way, in metres, is not told unless this time is over, in ms. */
const [shortestWay, longestSilence] = [10, 15_000]
/** A phone that stands tells no position; this often it is asked, in ms. */
const askEvery = 30_000

const options: PositionOptions = { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 }

/** Sends where this browser is while its vendor is on the way to a customer, if the vendor wants that. */
export function createSharing(dependencies: SharingDependencies) {
  const { api, choice, driving, geolocation, monotonic = () => performance.now() } = dependencies
  const problem = signal<LocateProblem | null>(null)
  const sent = signal<'waiting' | 'shared' | 'unsent'>('waiting')
  /** A watch that was refused does not begin again by itself. */
  const attempts = signal(0)
  const attempt = computed(() => (driving.value && choice.value === 'on' ? attempts.value : null))

  let last: { at: Position; time: number } | null = null
  let next: GeolocationCoordinates | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function found({ coords }: GeolocationPosition): void {
    problem.value = null
    next = coords
    if (timer === undefined) timer = setTimeout(send, last ? last.time + shortestInterval - monotonic() : 0)
  }

  function send(): void {
    timer = undefined
    if (!next) return
    const { latitude: lat, longitude: lng, accuracy } = next
    const time = monotonic()
    if (last && distanceBetween(last.at, { lat, lng }) < shortestWay && time - last.time < longestSilence) return
    next = null
    last = { at: { lat, lng }, time }
    api.post('/positions', z.unknown(), { lat, lng, accuracy: Math.round(accuracy) }).then(
      () => (sent.value = 'shared'),
      () => (sent.value = 'unsent'),
    )
  }

  const failed = ({ code, PERMISSION_DENIED }: GeolocationPositionError): void => {
    problem.value = code === PERMISSION_DENIED ? 'denied' : 'unavailable'
  }

  const stop = effect(() => {
    problem.value = null
    sent.value = 'waiting'
    if (attempt.value === null) return
    const browser = geolocation()
    if (!browser) return void (problem.value = 'unavailable')
    const watching = browser.watchPosition(found, failed, options)
    const asking = setInterval(() => browser.getCurrentPosition(found, failed, options), askEvery)
    return () => {
      browser.clearWatch(watching)
      clearInterval(asking)
      clearTimeout(timer)
      timer = undefined
      last = next = null
    }
  })

  return {
    state: computed<Sharing>(() => {
      if (!driving.value) return null
      if (choice.value !== 'on') return choice.value ?? 'ask'
      return problem.value ?? sent.value
    }),
    choose: (wanted: 'on' | 'off'): void => void (choice.value = wanted),
    /** Asks the browser again after a problem. */
    retry: (): void => void attempts.value++,
    stop,
  }
}
