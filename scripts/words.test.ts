import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('plain language')

// Sentences with these subjects rarely name who acts, so comments and names must do without them. Texts of the product
// (client/i18n) may use them.
const limit = 20
const pronouns = ['who', 'some', 'no', 'every', 'any'].map((start) => start + (start === 'who' ? 'ever' : 'body'))
const vague = new RegExp(`\\b(${pronouns.join('|')})\\b`, 'gi')

const places = (file: string, text: string): string[] =>
  text.split('\n').flatMap((line, n) => [...line.matchAll(vague)].map(([word]) => `${file}:${n + 1}  ${word}`))

test('finds each use with its line', () => {
  const text = `one\n${pronouns[1]} and ${pronouns[2]?.toUpperCase()}\n${pronouns[0]}x`
  assert.equal(places('a.ts', text), [`a.ts:2  ${pronouns[1]}`, `a.ts:2  ${pronouns[2]?.toUpperCase()}`])
})

test(`source and documents have at most ${limit} vague subjects`, () => {
  const files = execFileSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.mjs', '*.md'], { encoding: 'utf8' })
    .split('\0')
    .filter((file) => file && !file.startsWith('client/i18n/') && existsSync(file))
  const found = files.flatMap((file) => places(file, readFileSync(file, 'utf8')))
  assert.ok(found.length <= limit, `${found.length} instead of at most ${limit}:\n${found.join('\n')}`)
})

test.run()
