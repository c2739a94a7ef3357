import type { TextLog } from '../../lib/log.ts'
import { factsOf } from '../order-facts.ts'
import { orderOfRow, type OrderRow } from './order-row.ts'
import { addToFigures } from './order-figures.ts'
import type { Statements } from './statements.ts'

/** Read at a time: bounds the memory. */
const chunk = 5_000

/** A line of the log after so many orders. */
const logEvery = 100_000

/** Counts the orders of a file that was written before there were figures; in the migration's transaction. */
export function countOrders(database: Statements, log: TextLog | undefined): void {
  let [after, counted] = [-1, 0]
  const startedAt = performance.now()
  for (;;) {
    const rows = database.all<OrderRow & { seq: number }>(
      'SELECT seq, doc FROM orders WHERE seq > :after ORDER BY seq LIMIT :chunk',
      { after, chunk },
    )
    const last = rows.at(-1)
    if (!last) break
    addToFigures(
      database,
      rows.map((row) => ({ times: 1, facts: factsOf(orderOfRow(row)) })),
    )
    after = last.seq
    counted += rows.length
    if (counted % logEvery < chunk) log?.info(`${counted} orders counted for the figures`)
  }
  if (counted > 0)
    log?.info(`${counted} orders counted for the figures in ${Math.round(performance.now() - startedAt)} ms`)
}
