import { effect, signal, type ReadonlySignal } from '@preact/signals'
import * as z from 'zod/mini'
import { CheckOrder } from '#shared/areas.ts'
import type { Api } from '../../live/api.ts'
import { readOnly } from '../../live/read-only.ts'
import { ApiError } from '../session/api-error.ts'

export interface AbleCheckDependencies {
  api: Pick<Api, 'post'>
  /** What would be ordered now. */
  order: ReadonlySignal<{ serviceIds: readonly string[]; contact: NonNullable<CheckOrder['contact']> }>
  setTimer?: (work: () => void, milliseconds: number) => unknown
}

/** How long typing pauses before it is asked, in ms. */
const pause = 500

/**
 * Asks whether one vendor can do all of what is about to be ordered, so that the page says so before the order is placed.
 * The model that creates it ends its effects.
 */
export function createAbleCheck({ api, order, setTimer = setTimeout }: AbleCheckDependencies) {
  const refusal = signal<ApiError | null>(null)
  let asked = ''

  async function ask(body: string): Promise<void> {
    const answer = await api.post('/orders/check', z.unknown(), JSON.parse(body)).then(
      () => null,
      (error: unknown) => (error instanceof ApiError && error.code === 'no_vendor_able' ? error : null),
    )
    if (asked === body) refusal.value = answer
  }

  effect(() => {
    const { serviceIds, contact } = order.value
    const items = [...new Set(serviceIds)].map((serviceId) => ({ serviceId }))
    const parsed = CheckOrder.safeParse({ items, contact })
    const body = parsed.success ? JSON.stringify(parsed.data) : ''
    if (body === asked) return
    asked = body
    if (body === '') refusal.value = null
    else setTimer(() => void (asked === body && ask(body)), pause)
  })
  effect(() => () => void (asked = ''))

  return {
    /** That no vendor can; null while one can, or while it is not known. */
    refusal: readOnly(refusal),
  }
}
