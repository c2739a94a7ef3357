import type { Store } from '../../storage/store.ts'
import type { PersonalData } from '../feature.ts'
import { challengeRecords, secondFactorRecords } from './factor-records.ts'

export function createPersonalData({ collection }: Pick<Store, 'collection'>): PersonalData {
  const [factors, challenges] = [collection(secondFactorRecords), collection(challengeRecords)]
  return {
    async exportOf({ id }) {
      const factor = await factors.get(id)
      const left = factor?.recoveryHashes.length ?? 0
      return { secondFactor: { on: factor?.confirmed ?? false, recoveryCodesLeft: left } }
    },

    async erase({ id: userId }) {
      await factors.delete(userId)
      for (const { id } of await challenges.list({ where: { userId } })) await challenges.delete(id)
    },
  }
}
