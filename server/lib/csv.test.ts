import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { csvLine } from './csv.ts'

const test = suite('CSV')

test('quotes what needs it, and disarms what a spreadsheet takes for a formula', () => {
  assert.is(csvLine(['a', '', 'b,c', 'say "hi"', 'two\nlines']), 'a,,"b,c","say ""hi""","two\nlines"\r\n')
  assert.is(csvLine([-1.5, 2]), '-1.5,2\r\n', 'a number is no text')
  const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '=HYPERLINK("http://x","y")']
  assert.is(csvLine(formulas), `'=1+1,'+1,'-1,'@SUM(A1),'\tx,"'=HYPERLINK(""http://x"",""y"")"\r\n`)
})

test.run()
