/** A stored text that this adapter wrote as JSON cannot be parsed. */
export class DamagedRecordError extends Error {}

/** Parses what this adapter stored, so its shape is trusted. */
export function parseStored<Stored>(text: string): Stored {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DamagedRecordError('a stored record is not JSON', { cause: error })
  }
}
