import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../models/session/api-error.ts'
import type { Entry } from '../live/orders.ts'
import { useRetryWhenBack } from './use-retry-when-back.ts'
import { useWorkspace } from './workspace-context.ts'

/** One order on the screen, by id: from the store, else fetched once. `problem` is the error code of the failed request. */
export function useOrder(id: string): { entry: Entry | undefined; problem: string | null; retry(): void } {
  const { orders, fetchOrder, notifications } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)
  const entry = orders.entry(id)
  const missing = !entry

  useEffect(() => {
    if (!missing || !id) return
    setProblem(null)
    fetchOrder(id).catch((error: unknown) => setProblem(error instanceof ApiError ? error.code : 'internal'))
  }, [id, missing, attempt, fetchOrder])

  useEffect(() => (missing ? undefined : notifications.readWhileShown(id)), [id, missing, notifications])

  const retry = () => setAttempt(attempt + 1)
  useRetryWhenBack(problem !== null && problem !== 'not_found', retry)
  return { entry, problem, retry }
}
