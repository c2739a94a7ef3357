import * as z from 'zod/mini'
import { readJsonSetting, writeSetting } from '../ui/local-storage.ts'
import { randomKey } from './random-key.ts'

const Submission = z.object({ body: z.string(), key: z.string() })

/**
 * The idempotency key of a submission: the same for the same body, a new one for another body. It is stored under `name`,
 * so that a retry after a reload creates no second order.
 */
export function createSubmissionKey(name: string, random: () => string = randomKey) {
  const stored = () => Submission.safeParse(readJsonSetting(name)).data
  let last = stored()
  return {
    keyFor(body: unknown): string {
      const text = JSON.stringify(body)
      // Another tab may be sending the same cart.
      last = stored() ?? last
      if (last?.body !== text) last = { body: text, key: random() }
      writeSetting(name, JSON.stringify(last))
      return last.key
    },
    done() {
      last = undefined
      writeSetting(name, null)
    },
  }
}
