import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inChunks } from './chunks.ts'

test('everything is done once, in order, and what waits has its turn in between', async () => {
  const done: string[] = []
  const working = inChunks(['a', 'b', 'c', 'd', 'e'], (slice) => done.push(slice.join('')), 2)
  setImmediate(() => done.push('somebody else'))
  await working
  assert.equal(
    done.filter((one) => one !== 'somebody else'),
    ['ab', 'cd', 'e'],
  )
  assert.ok(done.indexOf('somebody else') < done.length - 1)
})

test('a little is done at once', () => {
  const done: string[][] = []
  void inChunks(['a', 'b'], (slice) => done.push([...slice]))
  assert.equal(done, [['a', 'b']])
})

test('what fails ends it, and is told', async () => {
  let slices = 0
  const failing = inChunks([1, 2, 3], () => {
    slices++
    throw new Error('not an order')
  })
  assert.is(await failing.catch((error: unknown) => String(error)), 'Error: not an order')
  assert.is(slices, 1)
})

test.run()
