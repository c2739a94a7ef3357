import { computed, signal } from '@preact/signals'
import type * as z from 'zod/mini'
import { ApiError, messageOf } from '../session/api-error.ts'
import { fieldErrorText, type FieldIssue } from './field-errors.ts'

export type Form<Name extends string> = ReturnType<typeof createForm<Name>>

/** A text, or a function that returns it in the current language. */
type Text = string | (() => string)
type Errors<Name extends string> = Partial<Record<Name, Text>>

const textOf = (text: Text): string => (typeof text === 'string' ? text : text())

/**
 * The state of one form: the typed values, the errors, and whether it is being sent. A failure changes no value.
 * `paths` maps a field to its path in the body where that differs from its name, so that errors of the schema and of the
 * server appear at the field.
 */
export function createForm<Name extends string>(
  initial: Record<Name, string>,
  paths: Partial<Record<Name, string>> = {},
) {
  const values = signal(initial)
  const fieldErrors = signal<Errors<Name>>({})
  const formError = signal<Text | null>(null)
  const sending = signal(false)

  const names = Object.keys(initial).filter((name): name is Name => name in initial)
  const nameAt = (path: string) => names.find((name) => (paths[name] ?? name) === path)

  function fail(errors: Errors<Name>, whole: Text | null = null): null {
    fieldErrors.value = errors
    formError.value = whole
    return null
  }

  /** Shows each issue at its field. Issues at no field are for the whole form: `otherwise`. */
  function failWith(issues: readonly FieldIssue[], otherwise: Text | null): null {
    const errors: Errors<Name> = {}
    for (const issue of issues) {
      const name = nameAt(issue.path)
      if (name) errors[name] ??= () => fieldErrorText(issue)
    }
    return fail(errors, Object.keys(errors).length > 0 ? null : otherwise)
  }

  return {
    values,
    errors: computed(() => {
      const texts: Partial<Record<Name, string>> = {}
      for (const name of names) {
        const text = fieldErrors.value[name]
        if (text !== undefined) texts[name] = textOf(text)
      }
      return texts
    }),
    /** The error of the whole form, when none belongs to a field. */
    problem: computed(() => (formError.value === null ? null : textOf(formError.value))),
    sending,
    fail,
    change(name: Name, value: string): void {
      values.value = { ...values.peek(), [name]: value }
      if (fieldErrors.peek()[name] !== undefined) fieldErrors.value = { ...fieldErrors.peek(), [name]: undefined }
    },
    reset: () => {
      values.value = initial
      fail({})
    },
    /** Validates `body` with the schema and sends the result. Resolves to null when either fails; `errors` and `problem` hold the reason. */
    async submit<S extends z.ZodMiniType, T>(
      schema: S,
      body: unknown,
      send: (input: z.infer<S>) => Promise<T>,
    ): Promise<T | null> {
      if (sending.peek()) return null
      const parsed = schema.safeParse(body)
      if (!parsed.success) {
        const issues = parsed.error.issues.map((issue) => ({ ...issue, path: issue.path.join('.') }))
        const [first] = issues
        return failWith(issues, first ? () => fieldErrorText(first) : null)
      }
      sending.value = true
      fail({})
      try {
        return await send(parsed.data)
      } catch (error) {
        return failWith(error instanceof ApiError ? error.errors : [], () => messageOf(error))
      } finally {
        sending.value = false
      }
    },
  }
}
