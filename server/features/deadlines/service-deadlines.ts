import { deadlineNames, type Deadlines } from '#shared/deadlines.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Core } from '../feature.ts'

/** By service id: the services that have any. */
export type DeadlinesByService = ReadonlyMap<string, Deadlines>

/** How long a node with others beside it uses the catalogue that it has read, in ms. */
export const validFor = 1_000

/** The deadlines of the catalogue in memory, so that an order of a server without any costs no query. */
export function createServiceDeadlines({
  store,
  events,
  settings,
  clock,
}: Pick<Core, 'store' | 'events'> & { settings: Pick<Core['settings'], 'severalNodes'>; clock: Clock }) {
  let read: { at: number; services: Promise<DeadlinesByService> } | null = null

  async function load(): Promise<DeadlinesByService> {
    const services = await store.services.list({})
    return new Map(services.flatMap(({ id, deadlines }) => (deadlines && hasAny(deadlines) ? [[id, deadlines]] : [])))
  }

  events.on('catalogue.changed', () => (read = null))

  return {
    current(): Promise<DeadlinesByService> {
      const isValid = read && !(settings.severalNodes && clock.monotonic() - read.at >= validFor)
      if (read && isValid) return read.services
      const fresh = { at: clock.monotonic(), services: load() }
      fresh.services.catch(() => {
        if (read === fresh) read = null
      })
      read = fresh
      return fresh.services
    },
  }
}

const hasAny = (deadlines: Deadlines): boolean => deadlineNames.some((name) => deadlines[name])
