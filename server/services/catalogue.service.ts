import type { Actor } from '#shared/actors.ts'
import type { Catalogue, Service, ServicePicture } from '#shared/catalogue.ts'
import type { OptionGroup } from '#shared/service-options.ts'
import type { ChangeService, CreateService, WriteOptionGroup } from '#shared/service-input.ts'
import { newId } from '../lib/ids.ts'
import type { Store } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'
import type { EventBus } from './domain-events.ts'
import type { RenamesService } from './renames.service.ts'
import { isOffered } from './shop-currency.ts'

export type CatalogueService = ReturnType<typeof createCatalogueService>

export interface CatalogueDependencies {
  store: Pick<Store, 'services'>
  events: Pick<EventBus, 'emit'>
  renames: Pick<RenamesService, 'follow'>
  currency: string
}

/** What can be ordered. Services are never deleted, only made inactive, as orders refer to them. */
export function createCatalogueService({ store, events, renames, currency }: CatalogueDependencies) {
  const active = async (): Promise<Catalogue> => {
    const services = await store.services.list({ active: true })
    return { currency, services: services.filter((service) => isOffered(service, currency)) }
  }

  return {
    /** Sorted by name. Only admins see inactive services. */
    list: async (actor: Actor): Promise<Catalogue> =>
      actor.role === 'admin' ? { currency, services: await store.services.list({}) } : active(),

    /** What every signed-in person may read. */
    active,

    async create(input: CreateService): Promise<Service> {
      const { category, options, availableHours, deadlines, skills, offers, proof, ...given } = input
      const service = {
        id: newId(),
        ...given,
        ...(category && { category }),
        ...(options?.length && { options: withIds(options) }),
        ...(availableHours && { availableHours }),
        ...(deadlines && { deadlines }),
        ...(skills?.length && { skills }),
        ...(offers && offers.to !== 'all' && { offers }),
        ...(proof && { proof }),
        description: input.description ?? '',
        currency,
        active: input.active ?? true,
      }
      await store.services.create(service)
      events.emit('catalogue.changed', null)
      return service
    },

    /** Gives the service a picture; without one only says what it is. Throws not_found. */
    async illustrate(id: string, picture?: ServicePicture): Promise<{ before: Service; service: Service }> {
      const [before] = await store.services.byIds([id])
      const service = picture ? await store.services.change(id, { picture }) : before
      if (!before || !service) throw new DomainError('not_found', 'There is no such service.')
      if (picture) events.emit('catalogue.changed', null)
      return { before, service }
    },

    /** No service has this file as its picture any more. */
    async withoutPicture(fileId: string): Promise<void> {
      for (const { id, picture } of await store.services.list({}))
        if (picture?.fileId === fileId) await store.services.change(id, { picture: null })
      events.emit('catalogue.changed', null)
    },

    /** Open orders follow a new name; their prices stay. Throws not_found. */
    async change(
      actor: Actor,
      id: string,
      { name, options, skills, offers, ...input }: ChangeService,
    ): Promise<{ before: Service; service: Service }> {
      const [before] = await store.services.byIds([id])
      // An equal name is not written, so that it undoes no other change.
      const newName = before?.name === name ? undefined : name
      const newOptions = options && (options.length > 0 ? withIds(options) : null)
      const newSkills = skills && (skills.length > 0 ? skills : null)
      const newOffers = offers?.to === 'all' ? null : offers
      const newValues = { ...input, name: newName, options: newOptions, skills: newSkills, offers: newOffers }
      const change = () => store.services.change(id, newValues)
      const service =
        before && newName !== undefined
          ? await renames.follow({ kind: 'service', subjectId: id, name: newName }, actor, change)
          : await change()
      if (!before || !service) throw new DomainError('not_found', 'There is no such service.')
      events.emit('catalogue.changed', null)
      return { before, service }
    },
  }
}

/** Orders name their choices by id, so a choice keeps its own when its name or price changes. */
const withIds = (groups: readonly WriteOptionGroup[]): OptionGroup[] =>
  groups.map((group) => ({
    ...group,
    choices: group.choices.map((choice) => ({ ...choice, id: choice.id ?? newId() })),
  }))
