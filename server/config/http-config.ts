import { z } from '../lib/zod.ts'
import { atLeastOne } from './limit.ts'

/** The limits of the REST API; http/middleware/rate-limits.ts has their periods. */
export const httpLimitKeys = {
  ORDERS_PER_CUSTOMER: atLeastOne(120),
  REGISTRATIONS_PER_ADDRESS: atLeastOne(100),
  SIGN_INS_PER_ADDRESS: atLeastOne(300),
  FAILED_SIGN_INS_PER_ADDRESS: atLeastOne(10),
  FAILED_SIGN_INS_PER_ACCOUNT: atLeastOne(100),
}

/** By the name of the setting, which is logged when the limit is reached. */
export type HttpLimits = Readonly<Record<keyof typeof httpLimitKeys, number>>

/** `values` may contain other settings. */
export const readHttpLimits = (values: object): HttpLimits => Object.freeze(z.object(httpLimitKeys).parse(values))
