import type { Actor } from '#shared/actors.ts'
import type { ChangeService, CreateService, Service } from '#shared/catalogue.ts'
import { newId } from '../lib/ids.ts'
import type { Store } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'

export type CatalogueService = ReturnType<typeof createCatalogueService>

/** What can be ordered. A service is never deleted, only taken off the list: orders refer to it. */
export function createCatalogueService({ store, currency }: { store: Pick<Store, 'services'>; currency: string }) {
  return {
    /** By name. Admins also see what is not offered now. */
    list: (actor: Actor): Promise<Service[]> => store.services.list(actor.role === 'admin' ? {} : { active: true }),

    async create(input: CreateService): Promise<Service> {
      const service = {
        id: newId(),
        ...input,
        description: input.description ?? '',
        currency,
        active: input.active ?? true,
      }
      await store.services.create(service)
      return service
    },

    /** Orders keep the name and price they were placed with. Throws not_found. */
    async change(id: string, input: ChangeService): Promise<Service> {
      const service = await store.services.change(id, input)
      if (!service) throw new DomainError('not_found', 'There is no such service.')
      return service
    },
  }
}
