import { computed, signal } from '@preact/signals'
import type * as z from 'zod/mini'
import { ApiError, messageOf } from '../session/api-error.ts'
import { createDraft } from './drafts.ts'
import { fieldErrorText, type FieldIssue } from './field-errors.ts'

export type Form<Name extends string> = ReturnType<typeof createForm<Name>>

/** A text, or a function that returns it in the current language. */
type Text = string | (() => string)
type Errors<Name extends string> = Partial<Record<Name, Text>>

const textOf = (text: Text): string => (typeof text === 'string' ? text : text())

/**
 * The state of one form: the typed values, the errors, and whether it is being sent. A failure changes no value.
 * `paths` maps a field to its path in the body where that differs from its name, so that errors of the schema and of the
 * server appear at the field. `draft`: the name under which unsent values are kept (drafts.ts).
 */
export function createForm<Name extends string>(
  initial: Record<Name, string>,
  { paths = {}, draft: draftName = null }: { paths?: Partial<Record<Name, string>>; draft?: string | null } = {},
) {
  const draft = createDraft(draftName)
  const values = signal(initial)
  const fieldErrors = signal<Errors<Name>>({})
  const formError = signal<Text | null>(null)
  const sending = signal(false)

  const names = Object.keys(initial).filter((name): name is Name => name in initial)
  const nameAt = (path: string) => names.find((name) => (paths[name] ?? name) === path)
  const restore = (stored: Record<string, unknown>) => {
    const restored = { ...initial }
    for (const name of names) {
      const value = stored[name]
      if (typeof value === 'string') restored[name] = value
    }
    values.value = restored
  }
  restore(draft.read())

  function change(name: Name, value: string): void {
    values.value = { ...values.peek(), [name]: value }
    draft.write(name, value)
    if (fieldErrors.peek()[name] !== undefined) fieldErrors.value = { ...fieldErrors.peek(), [name]: undefined }
  }

  function fail(errors: Errors<Name>, whole: Text | null = null): null {
    fieldErrors.value = errors
    formError.value = whole
    return null
  }

  /** Shows each issue at its field, and the first without one for the whole form. `otherwise`: when no issue has a field. */
  function failWith(issues: readonly FieldIssue[], errors: Errors<Name>, otherwise?: Text): null {
    let whole: Text | null = null
    for (const issue of issues) {
      const name = nameAt(issue.path)
      if (name) errors[name] ??= () => fieldErrorText(issue)
      else whole ??= () => fieldErrorText(issue)
    }
    return fail(errors, Object.keys(errors).length === 0 && otherwise ? otherwise : whole)
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
    change,
    /** Takes over what the inputs hold: password managers fill them without an `input` event. */
    read(inputs: FormData): void {
      for (const name of names) {
        const value = inputs.get(name)
        if (typeof value === 'string' && value !== values.peek()[name]) change(name, value)
      }
    },
    /** Discards what was typed. */
    reset: () => {
      draft.clear()
      restore({})
      fail({})
    },
    /**
     * Validates `body` with the schema, or with the one that a function loads, and sends the result. `own`: errors that the
     * schema cannot find, shown with its errors. Resolves to null when it fails; `errors` and `problem` hold the reasons.
     * When `send` resolves to false, the values were not sent and stay.
     */
    async submit<S extends z.ZodMiniType, T>(
      schema: S | (() => Promise<S>),
      body: unknown,
      send: (input: z.infer<S>) => Promise<T>,
      own: Errors<Name> = {},
    ): Promise<T | null> {
      if (sending.peek()) return null
      sending.value = true
      try {
        const parsed = (typeof schema === 'function' ? await schema() : schema).safeParse(body)
        if (!parsed.success || Object.values(own).some(Boolean)) {
          const issues = parsed.error?.issues ?? []
          return failWith(
            issues.map((issue) => ({ ...issue, path: issue.path.join('.') })),
            { ...own },
          )
        }
        fail({})
        const sent = await send(parsed.data)
        if (sent !== false) draft.clear()
        return sent
      } catch (error) {
        return failWith(error instanceof ApiError ? error.errors : [], {}, () => messageOf(error))
      } finally {
        sending.value = false
      }
    },
  }
}
