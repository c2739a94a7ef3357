import { signal } from '@preact/signals'
import { readSetting, writeSetting } from '../models/ui/local-storage.ts'
import { reloadIfGone } from '../models/ui/reload-if-gone.ts'
import { en, type Dictionary } from './en.ts'
import { inParts, languages, loadPart } from './files.ts'
import { parts, type Part } from './parts.ts'

export { languages } from './files.ts'

/** Tag of the language shown. `setLanguage` and `applyLanguage` write it. */
export const language = signal('en')

/** In the build only the texts of `wanted`. */
const dictionary = signal<Dictionary>(en)

/** The parts that a change of the language loads, and which of them are shown in the current one. */
const wanted = new Set<Part>(['start'])
const shown = new Set<Part>(['start'])
/** The language that is being loaded. */
let loading: Promise<unknown> = Promise.resolve()

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

/** Brings the texts of the pages that are loaded now. Rejects when they cannot be loaded. */
export async function loadTexts(part: Part): Promise<void> {
  if (!inParts) return
  wanted.add(part)
  // Takes the part along.
  await loading.catch(() => {})
  if (shown.has(part)) return
  const tag = language.peek()
  const texts = await loadPart(tag, part)
  if (tag !== language.peek()) return loadTexts(part)
  shown.add(part)
  dictionary.value = merged(dictionary.peek(), texts)
}

/** Brings the texts of what the pages of now import lazily. */
export async function loadLaterTexts(): Promise<void> {
  const roles = [...wanted].filter((part) => part !== 'start' && !part.endsWith('-later'))
  const pages = roles.length > 0 ? roles : ['start']
  await Promise.all(parts.filter((part) => pages.some((page) => part === `${page}-later`)).map(loadTexts))
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
  const preferences = [readSetting('language') ?? '', ...preferred()]
  const tag = preferences.map(supported).find((one) => one !== undefined)
  await show(tag ?? 'en').catch(() => applyLanguage('en', en))
}

function show(tag: string): Promise<void> {
  const load = async () => {
    let texts = tag === 'en' ? en : await loadPart(tag, 'start')
    const loaded: Part[] = ['start']
    // A part that is asked for meanwhile comes last in the set.
    for (const part of inParts ? wanted : []) {
      if (part === 'start') continue
      texts = merged(texts, await loadPart(tag, part))
      loaded.push(part)
    }
    shown.clear()
    for (const part of loaded) shown.add(part)
    applyLanguage(tag, texts)
  }
  const showing = load()
  loading = showing
  return showing
}

/** The texts of both. */
function merged<Texts extends object>(one: Texts, other: object): Texts {
  const both = new Map<string, unknown>(Object.entries(one))
  const added: [string, unknown][] = Object.entries(other)
  for (const [key, value] of added) {
    const known = both.get(key)
    both.set(key, isGroup(known) && isGroup(value) ? merged(known, value) : value)
  }
  return { ...one, ...Object.fromEntries(both) }
}

const isGroup = (value: unknown): value is object => typeof value === 'object' && value !== null

const supported = (tag: string): string | undefined =>
  languages.find((name) => name === tag) ?? languages.find((name) => name === baseOf(tag))

// Node has `navigator` from version 21 on.
const preferred = (): readonly string[] => (typeof navigator === 'undefined' ? [] : (navigator.languages ?? []))

const baseOf = (tag: string): string => tag.split('-')[0] ?? tag
