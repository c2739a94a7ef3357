import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { auditRecords, createAuditStore } from './audit-records.ts'
import { createAuditService } from './audit.service.ts'
import { createPersonalData } from './personal-data.ts'
import { auditRoutes } from './routes.ts'

/** Who did what to accounts, the catalogue, devices and orders, and what was refused at the sign-in. */
export const audit: FeatureModule = {
  name: 'audit',
  records: [auditRecords],
  create({ store, settings: { keepAudit }, clock, log }) {
    const service = createAuditService({ entries: createAuditStore(store), users: store.users, clock, keepAudit })
    return {
      routes: auditRoutes(service),
      audit: service.record,
      personalData: createPersonalData(store),
      ...createHourlySweep({ what: 'old entries of the audit log', sweep: service.sweep, clock, log }),
    }
  },
}
