import { computed, signal } from '@preact/signals'
import { Area, AreaList, type ChangeArea, type CreateArea } from '#shared/areas.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'

export type Areas = ReturnType<typeof createAreas>

/** The areas in which vendors work, for the admin's pages. */
export function createAreas(api: Pick<Api, 'get' | 'post' | 'patch' | 'remove'>) {
  const areas = signal<readonly Area[] | null>(null)
  const error = signal<unknown>(null)

  const others = (id: string) => (areas.peek() ?? []).filter((area) => area.id !== id)
  const upsert = (area: Area) => {
    areas.value = [...others(area.id), area].sort((a, b) => a.name.localeCompare(b.name))
  }

  return {
    /** By name; null until they are read. */
    all: computed(() => areas.value),
    /** Why they could not be read; null when they could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),
    async load(): Promise<void> {
      error.value = null
      try {
        areas.value = (await api.get('/areas', AreaList)).areas
      } catch (cause) {
        error.value = cause
      }
    },
    // All reject with ApiError: the form shows it.
    create: async (input: CreateArea): Promise<void> => upsert(await api.post('/areas', Area, input)),
    change: async (id: string, change: ChangeArea): Promise<void> =>
      upsert(await api.patch(`/areas/${id}`, Area, change)),
    async remove(id: string): Promise<void> {
      await api.remove(`/areas/${id}`)
      areas.value = others(id)
    },
  }
}
