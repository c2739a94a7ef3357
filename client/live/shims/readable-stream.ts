import { EventEmitter } from './events.ts'

/** What mqtt.js reads received bytes with: one chunk after the other, each when the one before is done. */
export class Writable extends EventEmitter {
  #waiting: Uint8Array[] = []
  #busy = false

  /** mqtt.js sets it. */
  declare _write: (chunk: Uint8Array, encoding: string, done: () => void) => void

  write(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    if (!this.#busy) this.#next()
  }

  #next(): void {
    const chunk = this.#waiting.shift()
    this.#busy = chunk !== undefined
    if (chunk) this._write(chunk, 'buffer', () => this.#next())
  }
}

/** What mqtt.js reads its store of unacknowledged packets with: `_read`, which it sets, pushes the next one, or null. */
export class Readable extends EventEmitter {
  #values: unknown[] = []
  #ended = false

  declare _read: () => void

  read(): unknown {
    if (this.#values.length === 0 && !this.#ended) this._read()
    return this.#values.shift() ?? null
  }

  push(value: unknown): void {
    if (value !== null) return void this.#values.push(value)
    this.#ended = true
    queueMicrotask(() => this.emit('end'))
  }
}
