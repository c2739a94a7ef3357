import type { Failed } from './database.ts'
import type { OperationKind } from './operations.ts'

type Operation = (...input: unknown[]) => unknown

/** The part with the errors of its reads converted by `failed`. Writes are converted where they are committed. */
export function guardReads<Part extends object>(
  part: Part,
  kinds: Readonly<Record<string, OperationKind>>,
  failed: Failed,
): Part {
  const raise = (error: unknown): never => {
    throw failed(error)
  }
  const guard =
    (read: Operation): Operation =>
    (...input) => {
      const result = read(...input)
      return result instanceof Promise ? result.catch(raise) : result
    }
  const operations: [string, Operation][] = Object.entries(part)
  const reads = operations.flatMap(([name, operation]) =>
    kinds[name] === 'read' ? [[name, guard(operation)] as const] : [],
  )
  return { ...part, ...Object.fromEntries(reads) }
}
