import { readFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withTopics } from './topic-docs.ts'

test('README.md has the topic table of shared/topic-table.ts (npx tsx scripts/write-topics.ts writes it)', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  assert.is(readme, withTopics(readme))
})

test('a text without the two markers is refused', () => {
  assert.throws(() => withTopics('# Callout'), /no place/)
})

test.run()
