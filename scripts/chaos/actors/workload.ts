export type Workload = ReturnType<typeof createWorkload>

/** Announces a pending order to all REST vendors at the same moment, so that they compete for it. */
export function createWorkload() {
  const listeners = new Set<(orderId: string) => void>()
  return {
    announce: (orderId: string) => listeners.forEach((listener) => listener(orderId)),
    onAnnounced: (listener: (orderId: string) => void) => void listeners.add(listener),
  }
}
