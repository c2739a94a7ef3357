/**
 * Which order every dashboard has come to. A dashboard gets every order once and in the order of publication, so counting
 * is enough, and no payload has to be read.
 */
export class Tally {
  readonly #dashboards: number
  readonly #onComplete: (order: number) => void
  readonly #received: Int32Array
  /** Of each order from the oldest on that somebody still waits for: how many wait. */
  readonly #missing: number[] = []
  total = 0

  constructor(dashboards: number, onComplete: (order: number) => void) {
    this.#dashboards = dashboards
    this.#onComplete = onComplete
    this.#received = new Int32Array(dashboards)
  }

  delivered(dashboard: number) {
    this.total++
    const order = this.#received[dashboard] ?? 0
    this.#received[dashboard] = order + 1
    const missing = (this.#missing[order] ?? this.#dashboards) - 1
    this.#missing[order] = missing
    if (missing === 0) this.#onComplete(order)
  }
}
