/** Older cursors have expired, because reading the lists again is cheaper. In ms. */
export const maxCursorAge = 24 * 60 * 60 * 1000

/** The cursor of a time of the store's clock, in ms since the epoch: opaque to clients, and safe in a URL. */
export const cursorOf = (ms: number): string => `t${Math.max(0, Math.floor(ms))}`

/** The time of a cursor; 'expired' when it is too long before `now`, 'invalid' when the text is no cursor. */
export function timeOfCursor(cursor: string, now: number): number | 'expired' | 'invalid' {
  const digits = /^t(\d{1,15})$/.exec(cursor)?.[1]
  if (digits === undefined) return 'invalid'
  const time = Number(digits)
  // A cursor from the future belongs to another database.
  return time < now - maxCursorAge || time > now ? 'expired' : time
}
