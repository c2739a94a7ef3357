/** What the live connection needs of a transport, in its own words; live/mqtt.ts is the one that exists. */
export interface Connection {
  /** QoS 1: resolves when the broker has acknowledged it. */
  publish(topic: string, payload: string): Promise<void>
  /** Says goodbye. `onClose` is called for every end of an opened connection, this one included. */
  close(): void
}

export interface ConnectOptions {
  url: string
  username: string
  password: string
  /** What it subscribes to, from the first moment. */
  filters: readonly string[]
  onMessage(topic: string, payload: string): void
  onClose(): void
}

/**
 * Resolves when the broker has granted every filter: whatever is published from then on arrives. Rejects when no such
 * connection came about; with `refused` when the token was not accepted.
 */
export type Connect = (options: ConnectOptions) => Promise<Connection>

export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'refused' in error && error.refused === true
}
