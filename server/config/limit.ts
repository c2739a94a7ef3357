import { z } from '../lib/zod.ts'

/** The value of a setting that limits something. */
export const atLeastOne = (defaultValue: number) =>
  z._default(
    z.coerce.number('Not a number').check(z.int('Not a whole number'), z.minimum(1), z.maximum(1_000_000)),
    defaultValue,
  )
