import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { logLevelOf } from '../../lib/errors.ts'

/** How long a hook may take, in milliseconds. */
export interface Patience {
  clock: Clock
  within: number
}

/**
 * Aedes ends the process when a hook throws or rejects, waits for ever for one that hangs, and goes wrong when it answers
 * twice. Behind this wrapper a hook is an ordinary function: what goes wrong in it is logged and answered with
 * `otherwise`, as is one that takes too long, and it answers exactly once.
 */
export function guardHook<Arguments extends unknown[], Answer>(
  log: Log,
  name: string,
  hook: (...args: Arguments) => Answer | Promise<Answer>,
  otherwise: Answer,
  patience?: Patience,
): (args: Arguments, done: (answer: Answer) => void) => void {
  const failed = (error: unknown) => {
    log[logLevelOf(error)]({ error, hook: name }, 'a broker hook failed')
    return otherwise
  }
  return (args, done) => {
    try {
      const answer = hook(...args)
      if (!(answer instanceof Promise)) return done(answer)
      void (patience ? Promise.race([answer, tooLong(patience, answer)]) : answer).catch(failed).then(done)
    } catch (error) {
      done(failed(error))
    }
  }
}

function tooLong({ clock, within }: Patience, answer: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const cancel = clock.after(within, () => reject(new Error(`no answer within ${within} ms`)))
    answer.then(cancel, cancel)
  })
}
