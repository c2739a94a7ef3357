import { signal } from '@preact/signals'
import type * as z from 'zod/mini'
import { ApiError, messageOf } from '../session/api-error.ts'

export type Form<Name extends string> = ReturnType<typeof createForm<Name>>

/**
 * The state of one form: what was typed, what is wrong with it, and whether it is being sent. Nothing typed is ever
 * lost. `paths` says where a field sits in the body when that is not its own name, so that the schema's and the
 * server's errors find it.
 */
export function createForm<Name extends string>(
  initial: Record<Name, string>,
  paths: Partial<Record<Name, string>> = {},
) {
  const values = signal(initial)
  const errors = signal<Partial<Record<Name, string>>>({})
  /** What is wrong with the whole, not with one field. */
  const problem = signal<string | null>(null)
  const sending = signal(false)

  const names = Object.keys(initial).filter((name): name is Name => name in initial)
  const nameAt = (path: string) => names.find((name) => (paths[name] ?? name) === path)

  function fail(wrong: Partial<Record<Name, string>>, whole: string | null = null): null {
    errors.value = wrong
    problem.value = whole
    return null
  }

  function place(issues: readonly { path: string; message: string }[]): Partial<Record<Name, string>> {
    const wrong: Partial<Record<Name, string>> = {}
    for (const { path, message } of issues) {
      const name = nameAt(path)
      if (name) wrong[name] ??= message
    }
    return wrong
  }

  return {
    values,
    errors,
    problem,
    sending,
    fail,
    change(name: Name, value: string): void {
      values.value = { ...values.peek(), [name]: value }
      if (errors.peek()[name]) errors.value = { ...errors.peek(), [name]: undefined }
    },
    reset: () => {
      values.value = initial
      fail({})
    },
    /** Checks `body` with the schema and sends what it makes of it. Resolves to null when it did not work: the form says why. */
    async submit<S extends z.ZodMiniType, T>(
      schema: S,
      body: unknown,
      send: (input: z.infer<S>) => Promise<T>,
    ): Promise<T | null> {
      if (sending.peek()) return null
      const parsed = schema.safeParse(body)
      if (!parsed.success) {
        const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: inWords(issue) }))
        const wrong = place(issues)
        return fail(wrong, Object.keys(wrong).length > 0 ? null : (issues[0]?.message ?? null))
      }
      sending.value = true
      fail({})
      try {
        return await send(parsed.data)
      } catch (error) {
        const wrong = error instanceof ApiError ? place(error.errors) : {}
        return fail(wrong, Object.keys(wrong).length > 0 ? null : messageOf(error))
      } finally {
        sending.value = false
      }
    },
  }
}

/** Schemas speak to programmers where they have no message of their own; a form speaks to people. */
function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && Number(issue.minimum) <= 3 && issue.origin === 'string') return 'Fill this in'
  if (issue.code === 'too_big' && issue.origin === 'string') return `Use at most ${issue.maximum} characters`
  if (issue.code === 'too_big') return `At most ${issue.maximum}`
  if (issue.code === 'too_small')
    return issue.message.startsWith('Invalid') ? `At least ${issue.minimum}` : issue.message
  return issue.message === 'Invalid input' ? 'This does not look right' : issue.message
}
