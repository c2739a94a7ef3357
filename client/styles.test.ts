import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { entries } from './build/entries.ts'
import { importsFrom } from './build/imports.ts'

/** The pages before the sign-in, and what the server adds below a base path. */
const start = [
  'main.tsx',
  'components/below-base-path.tsx',
  ...readdirSync('client/pages/auth').map((name) => `pages/auth/${name}`),
]

for (const [file, pages, others] of [
  ['style.css', start, 'that is shown before the sign-in'],
  ['customer.css', [...start, ...entries.customer], 'that a customer sees first'],
] as const) {
  test(`${file} has the styles of every component ${others}, and of no other`, () => {
    const css = readFileSync(`client/${file}`, 'utf8')
    const listed = [...css.matchAll(/@source '\.\/([^']+)'/g)].map(([, path]) => path)
    const components = importsFrom(pages).filter(
      (path) => (path.endsWith('.tsx') || path.startsWith('components/')) && !path.startsWith('pages/auth/'),
    )
    assert.equal(listed.sort(), ['pages/auth', ...components].sort())
  })
}

test.run()
