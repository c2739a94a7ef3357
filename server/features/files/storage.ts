/** Where the bytes of files are. A key is one of ours: lower-case letters, digits and dashes. */
export interface FileStorage {
  /** Durable when it resolves. */
  put(key: string, content: Uint8Array): Promise<void>
  /** null: there is none. */
  open(key: string): Promise<AsyncIterable<Uint8Array> | null>
  /** No effect when there is none. */
  remove(key: string): Promise<void>
  /** Every key, and when it was written, in ms. */
  keys(): AsyncIterable<{ key: string; at: number }>
}

/** Beside a picture, its preview. */
export const smallKeyOf = (key: string): string => `${key}-small`
export const keyOfSmall = (key: string): string => key.replace(/-small$/, '')
