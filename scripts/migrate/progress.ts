/** How often progress is printed, in ms: on a terminal, where one line is overwritten, and elsewhere. */
const everyOnTerminal = 100
const everyElsewhere = 3_000

export interface Progress {
  /** `done` of `total` records of the current kind. */
  at(what: string, done: number, total: number): void
  done(what: string, count: number): void
  /** Prints a line that stays. */
  print(line: string): void
}

export interface Output {
  isTTY?: boolean
  write(text: string): unknown
}

export function createProgress(output: Output, now: () => number = () => performance.now()): Progress {
  const every = output.isTTY ? everyOnTerminal : everyElsewhere
  let current = { what: '', since: 0, first: 0, printed: 0 }
  let replaceable = false

  function write(line: string, replaceNext: boolean) {
    const clear = output.isTTY ? '\r\u001b[K' : ''
    output.write(`${replaceable ? clear : ''}${line}${replaceNext ? '' : '\n'}`)
    replaceable = replaceNext
  }

  return {
    at(what, done, total) {
      const time = now()
      // Records copied by an earlier run do not count for the rate.
      if (current.what !== what) current = { what, since: time, first: done, printed: time }
      if (time - current.printed < every) return
      current.printed = time
      const rate = ((done - current.first) / (time - current.since)) * 1000
      write(progressLine(what, done, total, rate), output.isTTY ?? false)
    },
    done: (what, count) => write(`${what}: ${number(count)}`, false),
    print: (line) => write(line, false),
  }
}

/** `rate`: records a second. */
export function progressLine(what: string, done: number, total: number, rate: number): string {
  const share = total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 100
  const left = rate > 0 ? duration(Math.max(0, total - done) / rate) : '?'
  return `${what}: ${number(done)} of ${number(total)}, ${share} %, ${number(rate)}/s, ${left} left`
}

const number = (value: number) => Math.round(value).toLocaleString('en')

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
