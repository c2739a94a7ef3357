import type { RecordDefinition } from './records.ts'
import { abilityRecords } from './definitions/abilities.ts'
import { customerRecords } from './definitions/customers.ts'
import { deliveryRecords } from './definitions/deliveries.ts'
import { departureRecords } from './definitions/departures.ts'
import { dutyRecords } from './definitions/duties.ts'
import { keyValueRecords } from './definitions/key-value.ts'
import { presenceRecords } from './definitions/presence.ts'
import { renameRecords } from './definitions/renames.ts'
import { serviceRecords } from './definitions/services.ts'
import { verifiedEmailRecords } from './definitions/verified-emails.ts'

/** The core's definitions; createStore adds those of the features. */
export const coreRecords: readonly RecordDefinition[] = [
  serviceRecords,
  customerRecords,
  presenceRecords,
  dutyRecords,
  keyValueRecords,
  departureRecords,
  renameRecords,
  deliveryRecords,
  verifiedEmailRecords,
  abilityRecords,
]
