import type { RoundsRule } from '#shared/offers.ts'
import { foldedTag } from '#shared/tags.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Store } from '../../storage/store.ts'
import type { Core } from '../feature.ts'
import type { AreaRecord } from './area-records.ts'

/** What a service demands. */
export interface ServiceDemand {
  name: string
  skills: string[]
  rounds: RoundsRule | null
}

/** `skills` as folded tags. */
export interface AbleVendor {
  id: string
  name: string
  skills: ReadonlySet<string>
  areas: ReadonlySet<string>
}

/** Who can do what, and who is offered what. `text`: equal for equal rules. */
export interface DispatchRules {
  areUsed: boolean
  services: ReadonlyMap<string, ServiceDemand>
  areas: readonly AreaRecord[]
  /** The active ones, by name. */
  vendors: readonly AbleVendor[]
  text: string
}

export interface RulesDependencies {
  store: { services: Pick<Store['services'], 'list'>; users: Pick<Store['users'], 'list'> } & Pick<Store, 'abilities'>
  areas: () => Promise<AreaRecord[]>
  events: Pick<Core['events'], 'on'>
  settings: Pick<Core['settings'], 'severalNodes'>
  clock: Pick<Clock, 'monotonic'>
}

/** How long a node with others beside it uses the rules that it has read, in ms. */
export const validFor = 1_000

const none: DispatchRules = { areUsed: false, services: new Map(), areas: [], vendors: [], text: '' }

/** The rules in memory, so that an order of a server without any costs no query. */
export function createDispatchRules({ store, areas, events, settings, clock }: RulesDependencies) {
  let read: { at: number; rules: Promise<DispatchRules> } | null = null
  /** Null while they are being read anew: then they may be used. */
  let known: DispatchRules | null = none

  async function load(): Promise<DispatchRules> {
    const [services, named] = await Promise.all([store.services.list({}), areas()])
    const demands = services.flatMap(({ id, name, skills = [], offers }): [string, ServiceDemand][] => {
      const rounds = offers && offers.to !== 'all' ? offers : null
      return skills.length > 0 || rounds ? [[id, { name, skills, rounds }]] : []
    })
    if (demands.length === 0 && named.length === 0) return none
    const vendors = await ableVendors(new Set(named.map(({ id }) => id)))
    const areUsed = demands.length > 0 || vendors.some((vendor) => vendor.areas.size > 0)
    if (!areUsed) return none
    const text = JSON.stringify([
      demands.map(([id, { skills, rounds }]) => [id, skills, rounds]),
      named,
      vendors.map((vendor) => [vendor.id, ...vendor.skills, null, ...vendor.areas]),
    ])
    return { areUsed, services: new Map(demands), areas: named, vendors, text }
  }

  /** An area that no longer exists limits no vendor. */
  async function ableVendors(existing: ReadonlySet<string>): Promise<AbleVendor[]> {
    const [users, abilities] = await Promise.all([
      store.users.list({ role: 'vendor', active: true }),
      store.abilities.all(),
    ])
    const byVendor = new Map(abilities.map((record) => [record.vendorId, record]))
    return users.map(({ id, name }) => {
      const { skills = [], areas: own = [] } = byVendor.get(id) ?? {}
      return {
        id,
        name,
        skills: new Set(skills.map(foldedTag)),
        areas: new Set(own.filter((one) => existing.has(one))),
      }
    })
  }

  function forget(): void {
    read = null
    known = null
  }
  events.on('catalogue.changed', forget)
  events.on('vendors.changed', forget)

  return {
    forget,

    /** Whether there may be any. */
    areUsed: (): boolean => known?.areUsed ?? true,

    current(): Promise<DispatchRules> {
      const isValid = read && !(settings.severalNodes && clock.monotonic() - read.at >= validFor)
      if (read && isValid) return read.rules
      const fresh = { at: clock.monotonic(), rules: load() }
      read = fresh
      fresh.rules.then(
        (rules) => {
          if (read === fresh) known = rules
        },
        () => {
          if (read === fresh) read = null
        },
      )
      return fresh.rules
    },
  }
}
