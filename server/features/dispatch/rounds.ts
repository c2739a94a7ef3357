import type { OrderOffer, RoundsRule } from '#shared/offers.ts'
import { isoTime } from '../../lib/clock.ts'

/** From this round on all are asked. */
const roundOfAll = 3

/**
 * The next round after `before`. `able`: the ids of those who can do it, in the order in which they are asked. Those who were
 * asked stay asked; `count` more are added, or all from the third round on. Those who have declined do not count.
 */
export function nextRound(
  able: readonly string[],
  { count, seconds }: RoundsRule,
  declinedBy: readonly string[],
  before: OrderOffer | null,
  now: number,
): OrderOffer {
  const round = (before?.round ?? 0) + 1
  const asked = new Set(before?.to ?? [])
  const kept = able.filter((id) => asked.has(id))
  const others = able.filter((id) => !asked.has(id))
  const left = others.filter((id) => !declinedBy.includes(id))
  const added = new Set(round >= roundOfAll ? others : left.slice(0, count))
  const last = left.every((id) => added.has(id))
  const to = [...kept, ...(last ? others : others.filter((id) => added.has(id)))]
  // When there is no one to wait for, an admin is alerted at once.
  const isOver = last && to.every((id) => declinedBy.includes(id))
  return { to, round, until: isoTime(isOver ? now : now + seconds * 1000), last }
}

/** To all who can do it at once. `able` null: to every vendor. */
export function withoutRounds(able: readonly string[] | null, declinedBy: readonly string[], now: number): OrderOffer {
  const isOver = able?.every((id) => declinedBy.includes(id)) ?? false
  return { to: able && [...able], round: 0, until: isOver ? isoTime(now) : null, last: isOver }
}
