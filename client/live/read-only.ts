import type { ReadonlySignal } from '@preact/signals-core'

/** The same signal, typed so that only the model that owns it can write it. */
export const readOnly = <Value>(signal: ReadonlySignal<Value>): ReadonlySignal<Value> => signal
