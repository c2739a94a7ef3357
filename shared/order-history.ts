/** What tells an entry of the status apart from new names, corrected details and offers to others. */
interface Entry {
  renamed?: object
  changed?: object
  offered?: object
}

interface Versioned {
  version: number
  history: readonly Entry[]
}

/** The entries of a history that tell of its status: neither new names, nor corrected details, nor offers to others. */
export const statusEntries = <Of extends Entry>(history: readonly Of[]): readonly Of[] =>
  history.filter(({ renamed, changed, offered }) => !renamed && !changed && !offered)

/**
 * Whether the order has changed, in more than names and whom it is offered to, since the version `seen`. A change that was
 * decided on an order under its old names is still what its sender wants.
 */
export const isOutdated = ({ version, history }: Versioned, seen: number): boolean =>
  seen > version || history.slice(seen).some(({ renamed, offered }) => !renamed && !offered)

/** The same, in more than names and corrected details: a step of a vendor's work is still what happened. */
export const isStatusOutdated = ({ version, history }: Versioned, seen: number): boolean =>
  seen > version || statusEntries(history.slice(seen)).length > 0
