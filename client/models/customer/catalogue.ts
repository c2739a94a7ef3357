import { computed, signal } from '@preact/signals'
import * as z from 'zod/mini'
import { Service, type ChangeService, type CreateService } from '#shared/catalogue.ts'
import type { Api } from '../session/api.ts'
import { messageOf } from '../session/api-error.ts'

const ServiceList = z.object({ services: z.array(Service) })

export type Catalogue = ReturnType<typeof createCatalogue>

/** What can be ordered; for an admin also what once could. */
export function createCatalogue(api: Pick<Api, 'get' | 'post' | 'patch'>) {
  /** null until it has been read. */
  const services = signal<readonly Service[] | null>(null)
  const error = signal<unknown>(null)

  const keep = (service: Service) => {
    const others = (services.peek() ?? []).filter(({ id }) => id !== service.id)
    services.value = [...others, service].sort((a, b) => a.name.localeCompare(b.name))
  }

  return {
    services,
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    async load(): Promise<void> {
      error.value = null
      try {
        services.value = (await api.get('/services', ServiceList)).services
      } catch (cause) {
        error.value = cause
      }
    },
    /** Both reject with ApiError: the form shows it. */
    create: async (service: CreateService): Promise<void> => keep(await api.post('/services', Service, service)),
    change: async (id: string, change: ChangeService): Promise<void> =>
      keep(await api.patch(`/services/${id}`, Service, change)),
  }
}
