/**
 * What is needed to answer cannot be used right now. Nothing is lost by asking again later; a write may have been done
 * all the same, its answer lost, so whoever asks again says so with an Idempotency-Key, a commandId or a version.
 * `told`: the log knows already that it is away, and needs no line for everybody who asks.
 */
export class UnavailableError extends Error {
  readonly told: boolean

  constructor(message: string, { told = false, ...options }: ErrorOptions & { told?: boolean } = {}) {
    super(message, options)
    this.told = told
  }
}

/** How loud a failure is logged: what the log knows already is for those who look closely. */
export const levelOf = (error: unknown): 'debug' | 'error' =>
  error instanceof UnavailableError && error.told ? 'debug' : 'error'
