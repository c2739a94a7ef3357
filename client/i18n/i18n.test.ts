import { readdirSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dictionaryUses } from '../build/dictionary-uses.ts'
import { de } from './de.ts'
import { en, type Dictionary } from './en.ts'
import { applyLanguage, language, locale, nameOf, startLanguage, t } from './index.ts'
import { pluralOf } from './plural.ts'
import { sourceTexts } from './testing/source-texts.ts'

const test = suite('the dictionary')

/** Texts that are the same in every language. */
/** The name of the product, and words of GeoJSON and of keyboard events. */
const allowed = new Set([
  'Callout',
  'Arrow',
  'Feature',
  'FeatureCollection',
  'GeometryCollection',
  'LineString',
  'MultiPolygon',
  'Polygon',
])

const isSource = (path: string) => !/\.(test|e2e)\.tsx?$|(^|\/)(testing|e2e|i18n)\//.test(path)
const sources = readdirSync('client', { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.tsx?$/.test(path) && isSource(path),
)
const read = (path: string) => readFileSync(`client/${path}`, 'utf8')

/** All leaves: `common.add` → its text, or the number of values its function takes. */
function leaves(node: object, path = ''): [string, string | number][] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]): [string, string | number][] => {
    const here = path ? `${path}.${key}` : key
    if (typeof value === 'string') return [[here, value]]
    if (typeof value === 'function') return [[here, value.length]]
    return typeof value === 'object' && value !== null ? leaves(value, here) : []
  })
}

const markers = (text: string | number) =>
  String(text)
    .match(/\{\w+\}/g)
    ?.sort() ?? []

const files = readdirSync('client/i18n').filter((name) => /^[a-z]{2}(-\w+)?\.ts$/.test(name))

async function dictionaryOf(file: string): Promise<Dictionary> {
  const module: Record<string, Dictionary> = await import(`./${file}`)
  const [dictionary, ...others] = Object.values(module)
  if (!dictionary || others.length > 0) throw new Error(`${file} must export its dictionary and nothing else`)
  return dictionary
}

test('every language has exactly the keys of English, with the same kinds of values and the same markers', async () => {
  assert.ok(files.includes('en.ts') && files.length > 1)
  const english = new Map(leaves(en))
  for (const file of files.filter((name) => name !== 'en.ts')) {
    const other = new Map(leaves(await dictionaryOf(file)))
    const missing = [...english.keys()].filter((key) => !other.has(key))
    const unknown = [...other.keys()].filter((key) => !english.has(key))
    assert.equal({ missing, unknown }, { missing: [], unknown: [] }, file)
    for (const [key, value] of english) {
      assert.is(typeof other.get(key), typeof value, `${file} ${key}`)
      assert.equal(markers(other.get(key) ?? ''), markers(value), `${file} ${key}`)
      assert.ok(typeof value === 'number' || other.get(key) !== '', `${file} ${key} is empty`)
    }
  }
})

test('every key is used by a source file, and every used key is in the dictionary', () => {
  const uses = sources.map((path) => dictionaryUses(path, read(path)))
  const paths = new Set(uses.flatMap((one) => [...one.paths]))
  const keys = leaves(en).map(([key]) => key)
  const parentsOf = (key: string) => key.split('.').map((_, index, names) => names.slice(0, index + 1).join('.'))
  const unused = keys.filter((key) => !parentsOf(key).some((path) => paths.has(path)))
  assert.equal(unused, [])
  assert.equal(
    uses.flatMap(({ aliases }) => aliases),
    [],
    'aliases hide unused keys',
  )
  const known = new Set(keys.flatMap(parentsOf))
  assert.equal(
    [...paths].filter((path) => !known.has(path)),
    [],
  )
})

test('no text stands in a page or a component', () => {
  const found = sources
    .filter((path) => /^(pages|components)\/|^app\.tsx$/.test(path))
    .flatMap((path) =>
      sourceTexts(path, read(path))
        .filter((text) => !allowed.has(text))
        .map((text) => `${path}: ${text}`),
    )
  assert.equal(found, [])
})

test('the check finds texts between tags, in attributes, in conditions and in calls', () => {
  const code = `
    import { x } from 'Some/module'
    const classes = 'flex min-h-12 gap-3'
    const labels = [{ value: 'all', label: 'All of them' }]
    if (event.key === 'Escape') showNotice('Copied.')
    const page = (
      <p class="grid gap" title={on ? 'on' : off} aria-label={\`edit \${name}\`}>
        free {busy && 'sending'} {t().common.add} {count}
      </p>
    )`
  assert.equal(sourceTexts('page.tsx', code).sort(), ['All of them', 'Copied.', 'edit', 'free', 'on', 'sending'])
})

test('uses are found in chains, behind computed keys and in destructured parents', () => {
  const { paths, aliases } = dictionaryUses(
    'page.tsx',
    `t().a.b; t().a.f(1).length; t().orders.status[status]; const { x, y: z } = t().a.deep; t().c.d?.e; const all = t().a`,
  )
  assert.equal([...paths].sort(), ['a', 'a.b', 'a.deep.x', 'a.deep.y', 'a.f', 'c.d.e', 'orders.status'])
  assert.equal(aliases, ['page.tsx: t().a'])
})

test('plural forms follow the rules of the language', () => {
  const polish = pluralOf('pl')
  const forms = { one: 'zlecenie', few: 'zlecenia', many: 'zleceń', other: 'zlecenia' }
  assert.equal(
    [1, 2, 5, 22].map((n) => polish(n, forms)),
    ['zlecenie', 'zlecenia', 'zleceń', 'zlecenia'],
  )
  assert.is(pluralOf('en')(2, { one: 'step', other: 'steps' }), 'steps')
})

test('texts and locale follow the language; English is the default', async () => {
  await startLanguage()
  assert.is(language.value, 'en')
  assert.match(locale(), /^en/)
  applyLanguage('de', de)
  assert.is(t().common.signIn, 'Anmelden')
  assert.match(locale(), /^de/)
  assert.is(nameOf('de'), 'Deutsch')
  applyLanguage('en', en)
  assert.is(t().common.signIn, 'Sign in')
})

test.run()
