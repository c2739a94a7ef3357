import { signal } from '@preact/signals'
import { TrackedOrder } from '#shared/tracking.ts'
import { createApi } from '../../live/api.ts'
import type { Send } from '../../live/http.ts'
import { readOnly } from '../../live/read-only.ts'

export type HeldLink = ReturnType<typeof createHeldLink>

/** A tracking link that was opened. `secret`: its token; no session is read. */
export function createHeldLink({ secret, send }: { secret: string; send: Send }) {
  const token = signal<string | null>(secret || null)
  const tracked = signal<TrackedOrder | null>(null)
  const problem = signal<'ended' | 'unreachable' | null>(secret ? null : 'ended')

  /** The server refuses the token, and there is no other. */
  async function renew(): Promise<boolean> {
    token.value = null
    problem.value = 'ended'
    return false
  }

  const api = createApi({ send, token: () => token.peek(), renew })

  /** Reads whose order it is and what its holder may do. Rejects when it could not. */
  async function refresh(): Promise<void> {
    if (!token.peek()) return
    try {
      tracked.value = await api.get('/tracking', TrackedOrder)
      problem.value = null
    } catch (error) {
      problem.value ??= 'unreachable'
      throw error
    }
  }

  return {
    api,
    token: readOnly<string | null>(token),
    renew,
    /** null until it was read. */
    tracked: readOnly<TrackedOrder | null>(tracked),
    /** Why the order cannot be shown. */
    problem: readOnly<'ended' | 'unreachable' | null>(problem),
    refresh,
  }
}
