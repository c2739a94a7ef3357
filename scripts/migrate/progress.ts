/** How often it is said how far it has come, in ms: on a terminal, where one line lives on, and elsewhere. */
const everyOnTerminal = 100
const everyElsewhere = 3_000

export interface Progress {
  /** `done` of `total`, of whatever is under way. */
  at(what: string, done: number, total: number): void
  done(what: string, count: number): void
  /** A line of its own. */
  say(line: string): void
}

export interface Output {
  isTTY?: boolean
  write(text: string): unknown
}

export function createProgress(output: Output, now: () => number = () => performance.now()): Progress {
  const every = output.isTTY ? everyOnTerminal : everyElsewhere
  let current = { what: '', since: 0, first: 0, told: 0 }
  let living = false

  function print(line: string, lives: boolean) {
    const clear = output.isTTY ? '\r\u001b[K' : ''
    output.write(`${living ? clear : ''}${line}${lives ? '' : '\n'}`)
    living = lives
  }

  return {
    at(what, done, total) {
      const time = now()
      // What was there before it began says nothing on how fast it goes.
      if (current.what !== what) current = { what, since: time, first: done, told: time }
      if (time - current.told < every) return
      current.told = time
      const rate = ((done - current.first) / (time - current.since)) * 1000
      print(progressLine(what, done, total, rate), output.isTTY ?? false)
    },
    done: (what, count) => print(`${what}: ${number(count)}`, false),
    say: (line) => print(line, false),
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
