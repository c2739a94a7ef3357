import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inChunks } from './chunks.ts'

test('processes each item once, in order, and lets other tasks run in between', async () => {
  const done: string[] = []
  const working = inChunks(['a', 'b', 'c', 'd', 'e'], (chunk) => done.push(chunk.join('')), 2)
  setImmediate(() => done.push('other task'))
  await working
  assert.equal(
    done.filter((one) => one !== 'other task'),
    ['ab', 'cd', 'e'],
  )
  assert.ok(done.indexOf('other task') < done.length - 1)
})

test('a single chunk is processed synchronously', () => {
  const done: string[][] = []
  void inChunks(['a', 'b'], (chunk) => done.push([...chunk]))
  assert.equal(done, [['a', 'b']])
})

test('an error ends the processing and rejects', async () => {
  let chunks = 0
  const failing = inChunks([1, 2, 3], () => {
    chunks++
    throw new Error('not an order')
  })
  assert.is(await failing.catch((error: unknown) => String(error)), 'Error: not an order')
  assert.is(chunks, 1)
})

test.run()
