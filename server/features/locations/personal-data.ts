import type { PersonalData } from '../feature.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import type { LocationsService } from './locations.service.ts'
import { keptFor, type PositionStore } from './position-records.ts'

export interface PersonalDataDependencies {
  positions: Pick<PositionStore, 'since' | 'removeOf'>
  forget: LocationsService['forget']
  clock: Pick<Clock, 'now'>
}

export const createPersonalData = ({ positions, forget, clock }: PersonalDataDependencies): PersonalData => ({
  exportOf: async ({ id }) => ({ positions: await positions.since(id, isoTime(clock.now() - keptFor)) }),

  async erase({ id }) {
    forget(id)
    await positions.removeOf(id)
  },
})
