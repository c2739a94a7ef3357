/** How far back a client may catch up; beyond that reading the list is cheaper. In ms. */
export const longestAbsence = 24 * 60 * 60 * 1000

/** A moment of a store's clock, in milliseconds since the epoch, as clients are given it: opaque, and safe in a URL. */
export const cursorOf = (ms: number): string => `t${Math.max(0, Math.floor(ms))}`

/** The moment of a cursor; 'expired' when it is too long before `now`, 'invalid' when it is none. */
export function momentOf(cursor: string, now: number): number | 'expired' | 'invalid' {
  const digits = /^t(\d{1,15})$/.exec(cursor)?.[1]
  if (digits === undefined) return 'invalid'
  const moment = Number(digits)
  // A cursor from the future is of a database that is no longer this one.
  return moment < now - longestAbsence || moment > now ? 'expired' : moment
}
