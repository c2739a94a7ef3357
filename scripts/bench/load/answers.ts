const endOfHead = '\r\n\r\n'

/** Finds where HTTP/1.1 answers end that come one after the other on a connection, each with a Content-Length. */
export class Answers {
  readonly #onAnswer: (status: number) => void
  #head = ''
  #left = 0
  #status = 0

  constructor(onAnswer: (status: number) => void) {
    this.#onAnswer = onAnswer
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
      if (this.#left === 0) this.#onAnswer(this.#status)
    }
  }
}
