import { computed, signal } from '@preact/signals'
import { Catalogue as CatalogueAnswer, Service } from '#shared/catalogue.ts'
import type { CatalogueEvent } from '#shared/catalogue.ts'
import type { ChangeService, CreateService } from '#shared/service-input.ts'
import type { Api } from '../../live/api.ts'
import type { FileRequests } from '../session/file-requests.ts'
import { messageOf } from '../session/api-error.ts'
import { readOnly } from '../../live/read-only.ts'

export type Catalogue = ReturnType<typeof createCatalogue>

const isActive = (service: Service) => service.active

/** What is offered by `active`, and of the others those that are known: they are offered no longer. */
const merged = (active: readonly Service[], known: readonly Service[]): readonly Service[] => {
  const ids = new Set(active.map(({ id }) => id))
  const others = known.filter(({ id }) => !ids.has(id)).map((service) => ({ ...service, active: false }))
  return [...active, ...others].sort((a, b) => a.name.localeCompare(b.name))
}

/**
 * The services that can be ordered, kept current by the topic `services`; for an admin also those no longer offered. A
 * service that is withdrawn while the page is open stays in the list, inactive, so that it can be named.
 */
export function createCatalogue(
  api: Pick<Api, 'get' | 'post' | 'patch' | 'remove'>,
  requests: Pick<FileRequests, 'upload'>,
) {
  /** null until loaded. */
  const services = signal<readonly Service[] | null>(null)
  const currency = signal<string | null>(null)
  const error = signal<unknown>(null)
  /** Counts the events, to tell whether one is newer than a response. */
  let events = 0

  const upsert = (service: Service): Service => {
    const others = (services.peek() ?? []).filter(({ id }) => id !== service.id)
    services.value = [...others, service].sort((a, b) => a.name.localeCompare(b.name))
    return service
  }

  async function load(): Promise<void> {
    error.value = null
    const eventsBefore = events
    try {
      const answer = await api.get('/services', CatalogueAnswer)
      currency.value = answer.currency
      const before = services.peek() ?? []
      const known = merged(answer.services, before)
      // An event that has arrived since the request was sent is newer than the response.
      const isNewest = events === eventsBefore
      services.value = isNewest ? known : merged(before.filter(isActive), known)
    } catch (cause) {
      // A list that has been read stays on the screen.
      if (services.peek() === null) error.value = cause
    }
  }

  return {
    services: readOnly<readonly Service[] | null>(services),
    /** The shop's; null until loaded. */
    currency: readOnly<string | null>(currency),
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    load,

    /** The catalogue has changed, or the page has connected. */
    apply(event: CatalogueEvent): void {
      if (event.services === null) return void load()
      events++
      error.value = null
      currency.value = event.currency
      services.value = merged(event.services, services.peek() ?? [])
    },

    /** What a refused order says about some services: their price now, or that they are not offered. */
    correct(changes: readonly { id: string; price?: number; active?: boolean }[]): void {
      const byId = new Map(changes.map((change) => [change.id, change]))
      services.value = (services.peek() ?? []).map((service) => ({ ...service, ...byId.get(service.id) }))
    },

    /** All reject with ApiError: the form shows it. */
    create: async (service: CreateService): Promise<Service> => upsert(await api.post('/services', Service, service)),
    change: async (id: string, change: ChangeService): Promise<Service> =>
      upsert(await api.patch(`/services/${id}`, Service, change)),
    /** Gives the service a picture, in the place of the one before. */
    async illustrate(id: string, picture: Blob, alt: string): Promise<void> {
      const query = new URLSearchParams(alt ? { alt } : {})
      upsert(Service.parse(await requests.upload(`/services/${id}/picture?${query}`, picture)))
    },
    async removePicture({ picture, ...service }: Service): Promise<void> {
      if (!picture) return
      await api.remove(`/files/${picture.fileId}`)
      upsert(service)
    },
  }
}
