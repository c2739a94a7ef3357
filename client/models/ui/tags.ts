import { foldedTag } from '#shared/tags.ts'

/** Tags as one value of a form, which holds texts. No tag has a line break. */
export const tagsText = (tags: readonly string[] | undefined): string => (tags ?? []).join('\n')

export const tagsIn = (text: string): string[] => text.split('\n').filter(Boolean)

/** `typed`, cut at commas, is added; what is there already in any case stays once. */
export function withTags(tags: readonly string[], typed: string): string[] {
  const all = new Map(tags.map((tag) => [foldedTag(tag), tag]))
  for (const part of typed.split(/[,;\n]/)) {
    const tag = part.trim()
    if (tag && !all.has(foldedTag(tag))) all.set(foldedTag(tag), tag)
  }
  return [...all.values()]
}
