import { useRef } from 'preact/hooks'
import { foldedTag } from '#shared/tags.ts'
import { t } from '../i18n/index.ts'
import type { Form } from '../models/ui/form.ts'
import { tagsIn, tagsText, withTags } from '../models/ui/tags.ts'
import { FieldFrame } from './field.tsx'

interface Props<Name extends string> {
  form: Pick<Form<Name>, 'values' | 'errors' | 'change'>
  /** The value holds one tag a line (tags.ts). */
  name: Name
  label: string
  help?: string
  /** Those that are used elsewhere, as suggestions. */
  known?: Iterable<string>
  /** The longest tag. */
  maxLength: number
}

/** A list of short texts. Enter, a comma or leaving the field adds what is typed; Backspace in the empty field removes the last. */
export function TagsField<Name extends string>({ form, name, label, help, known = [], maxLength }: Props<Name>) {
  const input = useRef<HTMLInputElement>(null)
  const tags = tagsIn(form.values.value[name])
  const used = new Set(tags.map(foldedTag))
  const suggestions = [...new Map([...known].map((tag) => [foldedTag(tag), tag]))].filter(([key]) => !used.has(key))
  const set = (next: readonly string[]) => form.change(name, tagsText(next))

  /** Whether anything was typed. */
  function take(): boolean {
    const typed = input.current?.value.trim() ?? ''
    if (input.current) input.current.value = ''
    if (typed) set(withTags(tags, typed))
    return typed !== ''
  }

  function press(event: KeyboardEvent) {
    const isEmpty = input.current?.value === ''
    if (event.key === 'Enter' && !event.isComposing && take()) event.preventDefault()
    else if (event.key === ',') {
      event.preventDefault()
      take()
    } else if (event.key === 'Backspace' && isEmpty) set(tags.slice(0, -1))
  }

  return (
    <FieldFrame label={label} help={help} error={form.errors.value[name]} optional>
      {(attributes) => (
        <div class="flex flex-wrap items-center gap-1 rounded-sm border border-edge/70 bg-surface p-1 transition-colors focus-within:outline-2 focus-within:outline-accent hover:border-edge">
          <ul class="contents">
            {tags.map((tag) => (
              <li key={tag} class="flex max-w-full items-center rounded-sm bg-sunken ps-2.5 text-sm">
                <span class="min-w-0 break-words" dir="auto">
                  {tag}
                </span>
                <button
                  type="button"
                  aria-label={t().components.remove(tag)}
                  onClick={() => {
                    set(tags.filter((other) => other !== tag))
                    input.current?.focus()
                  }}
                  class="grid size-9 shrink-0 place-items-center rounded-sm text-soft hover:text-ink pointer-coarse:size-11"
                >
                  <span class="icon-[lucide--x] size-4" aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
          <input
            {...attributes}
            ref={input}
            dir="auto"
            maxLength={maxLength}
            list={suggestions.length > 0 ? `${attributes.id}-known` : undefined}
            enterKeyHint="enter"
            onKeyDown={press}
            onBlur={take}
            onChange={take}
            class="min-h-9 min-w-12 flex-1 bg-transparent px-2 text-base outline-none pointer-coarse:min-h-11"
          />
          <datalist id={`${attributes.id}-known`}>
            {suggestions.map(([key, tag]) => (
              <option key={key} value={tag} />
            ))}
          </datalist>
        </div>
      )}
    </FieldFrame>
  )
}
