import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSync, type ESTree, type Plugin } from 'vite'
import { parts, type Part } from '../i18n/parts.ts'
import { dictionaryUses } from './dictionary-uses.ts'
import { entries } from './entries.ts'
import { importsFrom, readSource } from './imports.ts'

const i18n = fileURLToPath(new URL('../i18n/', import.meta.url))

/** Is read by all forms, and may be missing: none of its codes is answered before a sign-in. */
export const notAtStart = 'workErrors'

/** The keys of the dictionary that these files use. */
const usesOf = (files: readonly string[]) =>
  new Set(files.flatMap((path) => [...dictionaryUses(path, readSource(path)).paths]))

/** What each of these parts, or only the first one, loads first. */
type Entries = { readonly [Name in Part]?: readonly string[] }

/** The files whose texts a part has, together with the parts before it. */
export function filesOf(part: Part, from: Entries = entries): string[] {
  const [name, later] = part.split('-')
  const [, first = []] = Object.entries(from).find(([one]) => one === name) ?? []
  return importsFrom(first, { lazy: later !== undefined, except: Object.values(from).flat() })
}

/** The keys of each part, without those of the parts that are loaded before it. */
function keysByPart(from: Entries): Map<Part, Set<string>> {
  const keys = new Map<Part, Set<string>>()
  // `parts` has them in the order in which they are loaded.
  for (const part of parts) {
    const before = new Set(partsBefore(part).flatMap((one) => [...(keys.get(one) ?? [])]))
    const used = [...usesOf(filesOf(part, from))].filter((key) => !pathsTo(key).some((path) => before.has(path)))
    const isBeforeSignIn = part.startsWith('start') && 'customer' in from
    keys.set(part, new Set(isBeforeSignIn ? used.filter((key) => key !== notAtStart) : used))
  }
  return keys
}

/** The parts that are always loaded before this one. */
export const partsBefore = (part: Part): Part[] =>
  parts.filter((one) => one !== part && (one === 'start' || part === `${one}-later`))

/** `a.b.c` → `a`, `a.b`, `a.b.c` */
const pathsTo = (key: string) => key.split('.').map((_, index, names) => names.slice(0, index + 1).join('.'))

/** The source of a language with these keys only, and with all that is below them. */
export function withKeys(code: string, keys: ReadonlySet<string>): string {
  const parents = new Set([...keys].flatMap((key) => pathsTo(key).slice(0, -1)))
  const unused: { start: number; end: number }[] = []
  const visit = (dictionary: ESTree.ObjectExpression, path: string) => {
    for (const one of dictionary.properties) {
      if (one.type !== 'Property') continue
      const name =
        one.key.type === 'Identifier' ? one.key.name : one.key.type === 'Literal' ? String(one.key.value) : ''
      const here = path ? `${path}.${name}` : name
      if (keys.has(here)) continue
      if (!parents.has(here)) unused.push(one)
      // What is below a text is a use of the text: `t().a.text.length`.
      else if (one.value.type === 'ObjectExpression') visit(one.value, here)
    }
  }
  for (const node of parseSync('texts.ts', code).program.body) {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : null
    const value = declared?.type === 'VariableDeclaration' ? declared.declarations[0]?.init : null
    if (value?.type === 'ObjectExpression') visit(value, '')
  }
  let kept = code
  for (const { start, end } of unused.reverse()) kept = kept.slice(0, start) + kept.slice(end).replace(/^,/, '')
  return kept
}

/**
 * Cuts the texts of each language into the parts of i18n/parts.ts: a page loads those of its role, in one language. `from`:
 * for a bundle without roles.
 */
export function textParts(from: Entries = entries): Plugin {
  const languages = readdirSync(i18n).flatMap((name) => /^(\w{2}(?:-\w+)?)\.ts$/.exec(name)?.[1] ?? [])
  const keys = keysByPart(from)
  const bundled = parts.filter((part) => keys.get(part)?.size)
  const query = '?part='
  return {
    name: 'text-parts',
    apply: 'build',
    enforce: 'pre',
    // English is the default, so its first part is in the first chunk.
    resolveId(source, importer) {
      if (source === './en.ts' && importer === `${i18n}index.ts`) return `${i18n}en.ts${query}start`
      return source.startsWith(i18n) && source.includes(query) ? source : null
    },
    load(id) {
      if (id === `${i18n}files.ts`) return filesModule(languages)
      const [file = '', part] = id.split(query)
      const found = file.startsWith(i18n) ? parts.find((one) => one === part) : undefined
      if (!found) return null
      const code = withKeys(readSource(`i18n/${file.slice(i18n.length)}`), keys.get(found) ?? new Set())
      return { code, moduleType: 'ts' }
    },
  }

  function filesModule(tags: readonly string[]) {
    const loaders = (tag: string) =>
      bundled
        .filter((part) => tag !== 'en' || part !== 'start')
        .map((part) => `'${part}': () => import('${i18n}${tag}.ts${query}${part}')`)
        .join(',\n')
    return {
      code: `
        const loaders = { ${tags.map((tag) => `'${tag}': { ${loaders(tag)} }`).join(',\n')} }
        export const languages = ['en', ...Object.keys(loaders).filter((tag) => tag !== 'en')]
        export const inParts = true
        // A part without texts has no file.
        export const loadPart = async (tag, part) => Object.values((await loaders[tag][part]?.()) ?? {})[0] ?? {}`,
      moduleType: 'js' as const,
    }
  }
}
