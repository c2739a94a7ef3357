import { signal } from '@preact/signals'
import { readSetting, writeSetting } from '../models/ui/local-storage.ts'
import { reloadIfGone } from '../models/ui/load-chunk.ts'
import { en, type Dictionary } from './en.ts'

/** A file of a language exports its dictionary and nothing else. */
type LanguageModule = Record<string, Dictionary>

// Vite lists the files when it builds. Without Vite, in tests under tsx, `import.meta.env` is not defined.
const files = import.meta.env
  ? import.meta.glob<LanguageModule>(['./??.ts', './??-*.ts', '!./en.ts', '!./*.test.ts'])
  : {}
const loaders = new Map(Object.entries(files).map(([path, load]) => [path.slice('./'.length, -'.ts'.length), load]))

/** Tags of all languages that have a file in this folder. */
export const languages: readonly string[] = ['en', ...loaders.keys()]

/** Tag of the language shown. `setLanguage` and `applyLanguage` write it. */
export const language = signal('en')

/** In the build only the areas of start-areas.ts, until `provideEnglish`. */
let english: Dictionary = en

const dictionary = signal<Dictionary>(en)

/** Brings the texts of the pages after the sign-in. */
export function provideEnglish(all: Dictionary): void {
  english = all
  if (language.peek() === 'en') dictionary.value = all
}

/** The texts of the current language. It reads a signal: a component or a computed value that calls it follows the language. */
export const t = (): Dictionary => dictionary.value

/** The tag for Intl: the reader's own variant of the language (en-GB) where the browser lists one. */
export function locale(): string {
  return preferred().find((tag) => baseOf(tag) === baseOf(language.value)) ?? language.value
}

/** Name of a language in that language itself: "Deutsch". */
export function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}

/** Shows these texts at once. For a language that is loaded already, and for tests. */
export function applyLanguage(tag: string, texts: Dictionary): void {
  dictionary.value = texts
  language.value = tag
  if (typeof document !== 'undefined') document.documentElement.lang = tag
}

/** Loads and shows a language, and stores the choice. Rejects when the language cannot be loaded; the old one stays. */
export async function setLanguage(tag: string): Promise<void> {
  const store = () => writeSetting('language', tag)
  await show(tag).catch(async (error: unknown) => {
    await reloadIfGone(store)
    throw error
  })
  store()
}

/** Shows the stored language, else the first of the browser's languages there is. English where loading it fails. */
export async function startLanguage(): Promise<void> {
  const wanted = [readSetting('language') ?? '', ...preferred()]
  const found = wanted.map(supported).find((tag) => tag !== undefined)
  await show(found ?? 'en').catch(() => applyLanguage('en', english))
}

async function show(tag: string): Promise<void> {
  const texts = tag === 'en' ? english : Object.values((await loaders.get(tag)?.()) ?? {})[0]
  if (!texts) throw new Error(`No dictionary for ${tag}`)
  applyLanguage(tag, texts)
}

const supported = (tag: string): string | undefined =>
  languages.find((name) => name === tag) ?? languages.find((name) => name === baseOf(tag))

// Node has `navigator` from version 21 on.
const preferred = (): readonly string[] => (typeof navigator === 'undefined' ? [] : (navigator.languages ?? []))

const baseOf = (tag: string): string => tag.split('-')[0] ?? tag
