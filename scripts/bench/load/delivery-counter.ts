/**
 * Counts deliveries per dashboard. A dashboard receives every order once, in the order of publication, so a count
 * identifies the order and no payload is parsed.
 */
export class DeliveryCounter {
  readonly #dashboards: number
  readonly #onComplete: (order: number) => void
  readonly #received: Int32Array
  /** For each order: the number of dashboards that have not received it. */
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
