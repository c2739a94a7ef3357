/** The transport that live.ts needs; mqtt.ts implements it. */
export interface Connection {
  /** At QoS 1: resolves with the broker's acknowledgement. */
  publish(topic: string, payload: string): Promise<void>
  /** Resolves when the broker has granted the filters; rejects when it refuses one. */
  subscribe(filters: readonly string[]): Promise<void>
  unsubscribe(filters: readonly string[]): Promise<void>
  /** Disconnects. `onClose` is called for every end of an opened connection, also for this one. */
  close(): void
}

export interface ConnectOptions {
  url: string
  username: string
  password: string
  /** The topic filters to subscribe to. */
  filters: readonly string[]
  onMessage(topic: string, payload: string): void
  onClose(): void
}

/**
 * Resolves when the broker has granted every filter: messages published from then on arrive. Rejects otherwise, with
 * `refused` when the broker refused the token.
 */
export type Connect = (options: ConnectOptions) => Promise<Connection>

export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'refused' in error && error.refused === true
}
