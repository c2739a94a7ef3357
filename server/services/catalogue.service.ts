import type { Actor } from '#shared/actors.ts'
import type { ChangeService, CreateService, Service } from '#shared/catalogue.ts'
import { newId } from '../lib/ids.ts'
import type { Store } from '../storage/store.ts'
import { DomainError } from '../lib/errors.ts'

export type CatalogueService = ReturnType<typeof createCatalogueService>

/** What can be ordered. Services are never deleted, only made inactive, as orders refer to them. */
export function createCatalogueService({ store, currency }: { store: Pick<Store, 'services'>; currency: string }) {
  return {
    /** Sorted by name. Only admins see inactive services. */
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

    /** Does not change existing orders. Throws not_found. */
    async change(id: string, input: ChangeService): Promise<Service> {
      const service = await store.services.change(id, input)
      if (!service) throw new DomainError('not_found', 'There is no such service.')
      return service
    },
  }
}
