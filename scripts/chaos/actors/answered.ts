import { retry } from '../../../server/lib/retry.ts'
import { ApiError } from '../../../client/models/session/api-error.ts'
import { isDefinite, type Request, type Send } from './send.ts'

/** The status of the first answer that is final, 401 included; null if `cancelled`. Unlike a session, this does not sign in again. */
export async function answerTo(
  send: Send,
  path: string,
  request: Request,
  cancelled: () => boolean,
): Promise<{ status: number; code: string; body: unknown } | null> {
  const isAnswer = (error: unknown): error is ApiError =>
    isDefinite(error) || (error instanceof ApiError && error.status === 401)
  try {
    const { body } = await retry(() => send(path, request), {
      retryIf: (error) => !isAnswer(error),
      delay: (failures) => Math.min(1_000, 60 * 2 ** failures),
      cancelled,
    })
    return { status: 200, code: '', body }
  } catch (error) {
    return isAnswer(error) ? { status: error.status, code: error.code, body: null } : null
  }
}
