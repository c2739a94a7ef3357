/** A message that was answered with success. */
export interface Received {
  id: string
  /** The order or the change that it is about. */
  about: string
  /** Which process of the server was running, counted from 1. */
  process: number
}

/** What one channel's receiver got. */
export interface ChannelResult {
  /** What there must be messages about. */
  events: number
  told: number
  /** Messages received again under the same id: the server was killed between the answer and its write. */
  repeated: number
  /** What fewer messages than expected are about. */
  missing: string[]
  /** What more messages than expected, under different ids, are about. */
  twice: string[]
  /** The messages that were sent again although the server had the time to store the answer, and by which processes. */
  repeatedAfterAnswer: string[]
}

/** `about`: what there must be messages about, `count` each. */
export function compare(received: readonly Received[], about: readonly string[], count = 1): ChannelResult {
  const ids = new Map<string, Set<string>>()
  for (const one of received) ids.set(one.about, (ids.get(one.about) ?? new Set()).add(one.id))
  const told = (one: string) => ids.get(one)?.size ?? 0
  const distinct = new Set(received.map(({ id }) => id)).size
  return {
    events: about.length * count,
    told: distinct,
    repeated: received.length - distinct,
    missing: about.filter((one) => told(one) < count),
    twice: about.filter((one) => told(one) > count),
    repeatedAfterAnswer: repeatedAfterAnswer(received),
  }
}

/**
 * A kill explains that one message of the channel is sent again, because one is sent at a time: the one whose answer the
 * killed process could not store.
 */
function repeatedAfterAnswer(received: readonly Received[]): string[] {
  const last = new Map<string, Received>()
  const interrupted = new Set<number>()
  const unexplained: string[] = []
  for (const one of received) {
    const before = last.get(one.id)
    last.set(one.id, one)
    if (!before) continue
    if (before.process === one.process || interrupted.has(before.process))
      unexplained.push(`${one.id} by processes ${before.process} and ${one.process}`)
    interrupted.add(before.process)
  }
  return unexplained
}
