import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { build } from 'vite'
import type * as i18n from '../i18n/index.ts'
import { languages } from '../i18n/testing/languages.ts'
import { parts, type Part } from '../i18n/parts.ts'
import { dictionaryUses } from './dictionary-uses.ts'
import { readSource } from './imports.ts'
import { filesOf, notAtStart, partsBefore, textParts, withKeys } from './text-parts.ts'

const test = suite('the parts of the texts')

const folder = mkdtempSync(join(tmpdir(), 'callout-texts-'))
let pages = 0

test.before(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [textParts()],
    build: {
      outDir: folder,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        input: 'client/i18n/index.ts',
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: 'i18n.mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
})

test.after(() => rmSync(folder, { recursive: true }))

/** i18n/index.ts as a page gets it that was just opened. */
const openPage = (): Promise<typeof i18n> => import(`${pathToFileURL(join(folder, 'i18n.mjs')).href}?page=${++pages}`)

const usesOf = (part: Part) =>
  new Set(filesOf(part).flatMap((path) => [...dictionaryUses(path, readSource(path)).paths]))

/** Whether the dictionary has the key. What is below a text is a use of the text. */
function has(texts: unknown, [name, ...rest]: string[]): boolean {
  if (name === undefined || typeof texts === 'string' || typeof texts === 'function') return texts !== undefined
  return typeof texts === 'object' && texts !== null && has(new Map(Object.entries(texts)).get(name), rest)
}
const missing = (texts: unknown, part: Part) =>
  [...usesOf(part)].filter((key) => !has(texts, key.split('.')) && !(part.startsWith('start') && key === notAtStart))

for (const language of languages) {
  test(`${language}: once a part is loaded, its files find every text`, async () => {
    for (const part of parts) {
      const { loadTexts, setLanguage, t } = await openPage()
      await setLanguage(language)
      for (const one of [...partsBefore(part), part]) await loadTexts(one)
      assert.equal(missing(t(), part), [], part)
    }
  })
}

test('a part has no texts of others, and the first one has a few', async () => {
  const { loadTexts, t } = await openPage()
  const size = () =>
    JSON.stringify(t(), (_key, value: unknown) => (typeof value === 'function' ? String(value) : value)).length
  const atStart = size()
  assert.not(has(t(), ['customer', 'question']))
  await loadTexts('customer')
  assert.ok(has(t(), ['customer', 'question']) && !has(t(), ['audit']) && !has(t(), ['sharing']))
  assert.ok(atStart < size() / 2, `${atStart} of ${size()}`)
})

test('a change of the language brings the parts that were loaded, and those that are asked for meanwhile', async () => {
  const { language, loadLaterTexts, loadTexts, setLanguage, t } = await openPage()
  await loadTexts('customer')
  const english = t().nav.myOrders
  const changing = setLanguage('de')
  const later = loadLaterTexts()
  await Promise.all([changing, later])
  assert.is(language.value, 'de')
  assert.is.not(t().nav.myOrders, english)
  assert.equal([...missing(t(), 'customer'), ...missing(t(), 'customer-later')], [])
  await setLanguage('en')
  assert.is(t().nav.myOrders, english)
  assert.equal(missing(t(), 'customer-later'), [])
})

test('the parts together have the files of all pages', () => {
  const known = new Set(parts.flatMap((part) => filesOf(part)))
  const sources = readdirSync('client', { recursive: true, encoding: 'utf8' }).filter(
    (path) => /^(components|models|pages)\/.*\.tsx?$/.test(path) && !path.includes('.test.'),
  )
  for (const path of filesOf('start-later', { start: ['t/main.tsx'] })) known.add(path)
  const unknown = sources.filter((path) => !known.has(path))
  assert.equal(
    unknown.filter((path) => dictionaryUses(path, readSource(path)).paths.size > 0),
    [],
  )
})

test('what is imported lazily before the sign-in brings its texts, though those of a role may be loaded already', () => {
  const lazily = /\b(load\w*Chunk)\(\(\) => import\('\.[^']+'\)/g
  const loaders = ['app.tsx', 'pages/auth/sign-in.tsx', 'pages/auth/register.tsx'].flatMap((path) =>
    [...readSource(path).matchAll(lazily)].map(([, name]) => name),
  )
  assert.is(loaders.length, 5)
  assert.equal([...new Set(loaders)], ['loadStartChunk'])
})

test('a cut dictionary keeps the keys, what is below them, and the rest of the file', () => {
  const code = `const plural = of('en')
export const en = { a: { b: 'x', c: { d: 'y', 'e.f': plural(1) } }, g: () => 'z', h: { i: 'w' }, j: 'v' }
export type T = typeof en`
  assert.equal(
    withKeys(code, new Set(['a.c', 'j'])).replace(/\s+/g, ' '),
    `const plural = of('en') export const en = { a: { c: { d: 'y', 'e.f': plural(1) } }, j: 'v' } export type T = typeof en`,
  )
})

test.run()
