import type { Log } from '../../log.ts'

/**
 * Aedes ends the process when a hook throws or rejects, and answers twice when a hook does. Behind this wrapper a hook
 * is an ordinary function: what goes wrong in it is logged and answered with `otherwise`, and it answers exactly once.
 */
export function safely<Arguments extends unknown[], Answer>(
  log: Log,
  name: string,
  hook: (...args: Arguments) => Answer | Promise<Answer>,
  otherwise: Answer,
): (args: Arguments, done: (answer: Answer) => void) => void {
  const failed = (error: unknown) => {
    log.error({ error, hook: name }, 'a broker hook failed')
    return otherwise
  }
  return (args, done) => {
    try {
      const answer = hook(...args)
      if (answer instanceof Promise) void answer.catch(failed).then(done)
      else done(answer)
    } catch (error) {
      done(failed(error))
    }
  }
}
