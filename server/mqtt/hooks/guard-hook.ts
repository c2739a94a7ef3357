import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { logLevelOf } from '../../lib/errors.ts'

/** How long a hook may take, in milliseconds. */
export interface HookTimeout {
  clock: Clock
  within: number
}

/**
 * Aedes ends the process when a hook throws or rejects, waits forever for a hook that hangs, and misbehaves when a hook
 * calls back twice. This wrapper turns a function into a hook that calls back exactly once: an error or a timeout is
 * logged and gives `otherwise`.
 */
export function guardHook<Arguments extends unknown[], Answer>(
  log: Log,
  name: string,
  hook: (...args: Arguments) => Answer | Promise<Answer>,
  otherwise: Answer,
  timeout?: HookTimeout,
): (args: Arguments, done: (answer: Answer) => void) => void {
  const failed = (error: unknown) => {
    logFailure(log, name, error)
    return otherwise
  }
  return (args, done) => {
    try {
      const answer = hook(...args)
      if (!(answer instanceof Promise)) return done(answer)
      void (timeout ? Promise.race([answer, tooLong(timeout, answer)]) : answer).catch(failed).then(done)
    } catch (error) {
      done(failed(error))
    }
  }
}

/** The same for a hook that answers at once, without what a callback costs: it is called for every delivery. */
export function guardAnswer<Arguments extends unknown[], Answer>(
  log: Log,
  name: string,
  hook: (...args: Arguments) => Answer,
  otherwise: Answer,
): (...args: Arguments) => Answer {
  return (...args) => {
    try {
      return hook(...args)
    } catch (error) {
      logFailure(log, name, error)
      return otherwise
    }
  }
}

const logFailure = (log: Log, hook: string, error: unknown) =>
  log[logLevelOf(error)]({ error, hook }, 'a broker hook failed')

function tooLong({ clock, within }: HookTimeout, answer: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const cancel = clock.after(within, () => reject(new Error(`no answer within ${within} ms`)))
    answer.then(cancel, cancel)
  })
}
