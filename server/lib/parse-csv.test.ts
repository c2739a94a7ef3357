import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { csvLine } from './csv.ts'
import { parseCsv } from './parse-csv.ts'

const test = suite('reading CSV')

test('what was written is read, with quotes, lines, separators and formulas', () => {
  const rows = [
    ['name', 'note'],
    ['Say "hi", twice', 'one\r\ntwo\nthree'],
    ['=1+1', '-ring'],
    ['', 'x'],
  ]
  const read = parseCsv(rows.map(csvLine).join(''))
  assert.equal(
    read.map(({ cells }) => cells),
    rows,
  )
  assert.equal(
    read.map(({ row }) => row),
    [1, 2, 3, 4],
  )
})

test('a semicolon or tab in the first line is the separator; empty lines count and are left out', () => {
  assert.equal(parseCsv('a;b\n\n1;2,5\n'), [
    { row: 1, cells: ['a', 'b'] },
    { row: 3, cells: ['1', '2,5'] },
  ])
  assert.equal(parseCsv('a\tb\r1\t"2')[1], { row: 2, cells: ['1', '2'] })
})

test.run()
