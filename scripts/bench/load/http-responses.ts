const endOfHead = '\r\n\r\n'

/** Finds the ends of pipelined HTTP/1.1 responses on one connection, each with a Content-Length. */
export class HttpResponses {
  readonly #onResponse: (status: number) => void
  #head = ''
  #left = 0
  #status = 0

  constructor(onResponse: (status: number) => void) {
    this.#onResponse = onResponse
  }

  take(chunk: Buffer, from: number, to: number) {
    let at = from
    while (at < to) {
      if (this.#left > 0) {
        const length = Math.min(this.#left, to - at)
        at += length
        this.#left -= length
      } else {
        const before = this.#head.length
        this.#head += chunk.toString('latin1', at, to)
        const end = this.#head.indexOf(endOfHead)
        if (end < 0) return
        at += end + endOfHead.length - before
        this.#status = Number(this.#head.slice(9, 12))
        this.#left = Number(/\r\ncontent-length: (\d+)/i.exec(this.#head.slice(0, end))?.[1] ?? 0)
        this.#head = ''
      }
      if (this.#left === 0) this.#onResponse(this.#status)
    }
  }
}
