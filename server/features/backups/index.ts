import type { FeatureModule } from '../feature.ts'
import { createBackups } from './backups.service.ts'

/** Regular backups of the embedded database (BACKUP_EVERY). */
export const backups: FeatureModule = {
  name: 'backups',
  create({ store: { backUp }, settings: { backups: settings }, backUpBeside, clock, log }) {
    return settings && backUp ? createBackups({ backUp, backUpBeside, settings, clock, log }) : {}
  },
}
