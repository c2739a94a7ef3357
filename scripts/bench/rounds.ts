import type { Cell } from './measures/plan.ts'
import type { CellResult } from './report/results.ts'

/** Share of CPU steal above which a measurement is repeated. */
const maxSteal = 0.03

export interface RoundOptions {
  rounds: number
  /** Most repetitions of a cell in a round while CPU steal is too high; the run with the least steal counts. */
  repeats: number
  /** Total CPU time and CPU steal of the machine so far. */
  machineCpuTime(): { total: number; steal: number }
  interrupted: AbortSignal
  onProgress(text: string): void
}

/**
 * Runs every cell once per round, in order, so that background load and CPU temperature affect all subjects alike.
 */
export async function runRounds(
  cells: readonly Cell[],
  { rounds, repeats, machineCpuTime, interrupted, onProgress }: RoundOptions,
): Promise<CellResult[]> {
  const results = cells.map(({ row, column }): CellResult => ({ row, column, rounds: [], steal: [], errors: [] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [n, cell] of cells.entries()) {
      if (interrupted.aborted) return results
      if (cell.once && round > 1) continue
      onProgress(`round ${round}/${rounds}  ${n + 1}/${cells.length}  ${cell.row}  ${cell.column}`)
      try {
        const { figures, steal } = await measureWithLeastSteal(cell)
        results[n]?.rounds.push(figures)
        results[n]?.steal.push(steal)
      } catch (error) {
        results[n]?.errors.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  return results

  async function measureWithLeastSteal(cell: Cell) {
    let best = await measure(cell)
    for (let left = repeats; left > 0 && best.steal > maxSteal && !interrupted.aborted; left--) {
      const next = await measure(cell)
      if (next.steal < best.steal) best = next
    }
    return best
  }

  async function measure(cell: Cell) {
    const before = machineCpuTime()
    const figures = await cell.run()
    const after = machineCpuTime()
    return { figures, steal: (after.steal - before.steal) / Math.max(1, after.total - before.total) }
  }
}
