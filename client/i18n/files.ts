import { en, type Dictionary } from './en.ts'
import type { Part } from './parts.ts'

/** A file of a language exports its dictionary and nothing else. */
type LanguageModule = Record<string, Dictionary>

// Vite lists the files. Without Vite, in tests under tsx, `import.meta.env` is not defined.
const files = import.meta.env
  ? import.meta.glob<LanguageModule>(['./??.ts', './??-*.ts', '!./en.ts', '!./*.test.ts'])
  : {}
const loaders = new Map(Object.entries(files).map(([path, load]) => [path.slice('./'.length, -'.ts'.length), load]))

/** Tags of all languages that have a file in this folder. */
export const languages: readonly string[] = ['en', ...loaders.keys()]

/** Whether `loadPart` brings a part only. The build replaces this file by one that does (build/text-parts.ts). */
export const inParts: boolean = false

/** Rejects when the language cannot be loaded. */
export async function loadPart(tag: string, _part: Part): Promise<Dictionary> {
  const texts = tag === 'en' ? en : Object.values((await loaders.get(tag)?.()) ?? {})[0]
  if (!texts) throw new Error(`No dictionary for ${tag}`)
  return texts
}
