import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tagsIn, tagsText, withTags } from './tags.ts'

test('what is typed is cut at commas, and a tag is there once in any case', () => {
  assert.equal(withTags(['Gas'], ' height, gas,, Roof ;height'), ['Gas', 'height', 'Roof'])
  assert.equal(withTags(['Gas'], '  '), ['Gas'])
})

test('tags survive a form, which holds one text', () => {
  const tags = ['SW1 A', 'Gas, water']
  assert.equal(tagsIn(tagsText(tags)), tags)
  assert.equal(tagsIn(tagsText(undefined)), [])
})

test.run()
