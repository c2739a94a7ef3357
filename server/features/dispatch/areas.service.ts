import type { Area, ChangeArea, CreateArea } from '#shared/areas.ts'
import { newId } from '../../lib/ids.ts'
import { DomainError } from '../../lib/errors.ts'
import type { RecordCollection } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'
import type { AreaRecord } from './area-records.ts'

export interface AreasDependencies {
  areas: RecordCollection<AreaRecord, 'byName'>
  abilities: Pick<Store['abilities'], 'all' | 'put'>
  /** Is called after every change. */
  changed(): void
}

export type AreasService = ReturnType<typeof createAreasService>

const presentArea = ({ id, name, postcodes, polygon }: AreaRecord): Area => ({
  id,
  name,
  ...(postcodes.length > 0 && { postcodes }),
  ...(polygon && { polygon }),
})

/** The named areas. */
export function createAreasService({ areas, abilities, changed }: AreasDependencies) {
  async function get(id: string): Promise<AreaRecord> {
    const found = await areas.get(id)
    if (!found) throw new DomainError('not_found', 'There is no such area.')
    return found
  }

  return {
    /** By name. */
    list: async (): Promise<Area[]> => (await areas.list({ index: 'byName' })).map(presentArea),

    async create({ name, postcodes = [], polygon = [] }: CreateArea): Promise<Area> {
      const record = { id: newId(), name, postcodes, polygon: polygon.length > 0 ? polygon : null }
      await areas.create(record)
      changed()
      return presentArea(record)
    },

    /** Throws not_found. */
    async change(id: string, { name, postcodes, polygon }: ChangeArea): Promise<{ before: Area; area: Area }> {
      const before = await get(id)
      const ring = polygon && (polygon.length > 0 ? polygon : null)
      const area = (await areas.change(id, { name, postcodes, polygon: ring })) ?? before
      changed()
      return { before: presentArea(before), area: presentArea(area) }
    },

    /** No vendor is limited to it any more: who had no other area works everywhere. Throws not_found. */
    async remove(id: string): Promise<Area> {
      const before = await get(id)
      await areas.delete(id)
      for (const record of await abilities.all())
        if (record.areas.includes(id))
          await abilities.put({ ...record, areas: record.areas.filter((other) => other !== id) })
      changed()
      return presentArea(before)
    },
  }
}
