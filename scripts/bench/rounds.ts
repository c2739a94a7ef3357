import type { Cell } from './measures/plan.ts'
import type { CellResult } from './report/results.ts'

/** Of the processors' time: where others took more of it than this, what was found says little. */
const tolerable = 0.03

export interface RoundOptions {
  rounds: number
  /** How often at most a cell is measured once more in a round, when it was disturbed; the least disturbed counts. */
  again: number
  /** Time of all processors so far, and what others took of it. */
  machineTime(): { all: number; stolen: number }
  interrupted: AbortSignal
  onProgress(text: string): void
}

/**
 * Every cell once a round, one after the other, so that contestants take turns: what the machine does beside, and how warm
 * it is, meets all of them alike.
 */
export async function runRounds(
  cells: readonly Cell[],
  { rounds, again, machineTime, interrupted, onProgress }: RoundOptions,
): Promise<CellResult[]> {
  const results = cells.map(({ row, column }): CellResult => ({ row, column, rounds: [], stolen: [], errors: [] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [n, cell] of cells.entries()) {
      if (interrupted.aborted) return results
      if (cell.once && round > 1) continue
      onProgress(`round ${round}/${rounds}  ${n + 1}/${cells.length}  ${cell.row}  ${cell.column}`)
      try {
        const { figures, stolen } = await leastDisturbed(cell)
        results[n]?.rounds.push(figures)
        results[n]?.stolen.push(stolen)
      } catch (error) {
        results[n]?.errors.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  return results

  async function leastDisturbed(cell: Cell) {
    let best = await measure(cell)
    for (let more = again; more > 0 && best.stolen > tolerable && !interrupted.aborted; more--) {
      const next = await measure(cell)
      if (next.stolen < best.stolen) best = next
    }
    return best
  }

  async function measure(cell: Cell) {
    const before = machineTime()
    const figures = await cell.run()
    const after = machineTime()
    return { figures, stolen: (after.stolen - before.stolen) / Math.max(1, after.all - before.all) }
  }
}
