import type { Cell } from './measures/plan.ts'
import type { CellResult } from './report/results.ts'

export interface RoundOptions {
  rounds: number
  interrupted: AbortSignal
  onProgress(text: string): void
}

/**
 * Every cell once a round, one after the other, so that contestants take turns: what the machine does beside, and how warm
 * it is, meets all of them alike.
 */
export async function runRounds(
  cells: readonly Cell[],
  { rounds, interrupted, onProgress }: RoundOptions,
): Promise<CellResult[]> {
  const results = cells.map(({ row, column }): CellResult => ({ row, column, rounds: [], errors: [] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [n, cell] of cells.entries()) {
      if (interrupted.aborted) return results
      if (cell.once && round > 1) continue
      onProgress(`round ${round}/${rounds}  ${n + 1}/${cells.length}  ${cell.row}  ${cell.column}`)
      try {
        results[n]?.rounds.push(await cell.run())
      } catch (error) {
        results[n]?.errors.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  return results
}
