import { z } from '../lib/zod.ts'

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A length of time such as 15m, in seconds. */
export const duration = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,6}[smhd]$/, 'A number and a unit, such as 30s, 15m, 12h or 7d')),
  z.transform((value) => Number(value.slice(0, -1)) * (seconds[value.slice(-1)] ?? 1)),
)
