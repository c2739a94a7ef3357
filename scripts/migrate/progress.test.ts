import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { canonical, checksumOf } from './checksum.ts'
import { createProgress, progressLine } from './progress.ts'

test('a line shows the progress, the rate and the time left', () => {
  assert.is(progressLine('orders', 45_500, 100_000, 6200), 'orders: 45,500 of 100,000, 45 %, 6,200/s, 9 s left')
  assert.is(progressLine('orders', 10, 1000, 5), 'orders: 10 of 1,000, 1 %, 5/s, 3 min 18 s left')
  assert.is(progressLine('orders', 10, 1000, 0), 'orders: 10 of 1,000, 1 %, 0/s, ? left')
  assert.is(progressLine('orders', 3, 2, 5), 'orders: 3 of 2, 100 %, 5/s, 0 s left', 'the source has grown')
})

test('on a terminal the progress line is overwritten, also by lines that stay', () => {
  const { progress, pass, written } = output(true)
  progress.at('orders', 100, 400)
  pass(100)
  progress.at('orders', 200, 400)
  progress.at('orders', 201, 400)
  progress.print('The database is away.')
  pass(900)
  progress.at('orders', 300, 400)
  progress.done('orders', 400)
  assert.equal(written, [
    'orders: 200 of 400, 50 %, 1,000/s, 1 s left',
    '\r\u001b[KThe database is away.\n',
    'orders: 300 of 400, 75 %, 200/s, 1 s left',
    '\r\u001b[Korders: 400\n',
  ])
})

test('without a terminal a line is printed every three seconds', () => {
  const { progress, pass, written } = output(false)
  for (let n = 0; n <= 70; n++) {
    progress.at('orders', n, 100)
    pass(100)
  }
  assert.equal(written, ['orders: 30 of 100, 30 %, 10/s, 7 s left\n', 'orders: 60 of 100, 60 %, 10/s, 4 s left\n'])
})

test('a checksum depends on every field and nothing else', async () => {
  const sum = async (...records: unknown[]) => (await checksumOf({ read: () => inOneBatch(records) })).sha256
  assert.is(canonical({ b: [{ d: 1, c: null }], a: 'ñ' }), '{"a":"ñ","b":[{"c":null,"d":1}]}')
  assert.is(await sum({ a: 1, b: undefined }, { c: { d: 2, e: 3 } }), await sum({ a: 1 }, { c: { e: 3, d: 2 } }))
  for (const other of [[{ a: 2 }], [{ a: 1, b: null }], [{ a: '1' }], [{ a: 1 }, { a: 1 }], []])
    assert.is.not(await sum({ a: 1 }), await sum(...other), JSON.stringify(other))
  assert.is(await sum({ a: 'x\ud83d' }), await sum({ a: 'x\ufffd' }), 'half a surrogate pair')
})

async function* inOneBatch(records: unknown[]) {
  yield { records, last: '' }
}

function output(isTTY: boolean) {
  const written: string[] = []
  let now = 0
  const progress = createProgress({ isTTY, write: (text) => written.push(text) }, () => now)
  return { progress, written, pass: (ms: number) => void (now += ms) }
}

test.run()
