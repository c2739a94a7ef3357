import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importsFrom } from './build/imports.ts'

test('style.css has the styles of every component that is shown before the sign-in, and of no other', () => {
  const css = readFileSync(new URL('style.css', import.meta.url), 'utf8')
  const listed = [...css.matchAll(/@source '\.\/([^']+)'/g)].map(([, path]) => path)
  const pages = readdirSync(new URL('pages/auth', import.meta.url)).map((name) => `pages/auth/${name}`)
  const loaded = importsFrom(['main.tsx', 'components/below-base-path.tsx', ...pages])
  const components = loaded.filter((path) => path.endsWith('.tsx') && !path.startsWith('pages/auth/'))
  assert.equal(listed.sort(), ['pages/auth', ...components].sort())
})

test.run()
