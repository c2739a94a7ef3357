import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ChangeReasons } from '#shared/reasons.ts'
import { t } from '../../i18n/index.ts'
import { codeFor, draftsOf, moved, reasonsOf, withNew } from './reason-drafts.ts'

const shut = { code: 'shut', text: 'The door stayed shut' }
const dog = { code: 'dog', text: 'A dog was loose' }

test('a code is made from the text, and each only once', () => {
  assert.is(codeFor('Große Tür, kein Zugang!', new Set()), 'grosse-tur-kein-zugang')
  assert.is(codeFor('الباب مغلق', new Set()), 'reason')
  assert.is(codeFor('Shut', new Set(['shut', 'shut-2'])), 'shut-3')
  const drafts = withNew(withNew(draftsOf([shut]))).map((draft) => ({ ...draft, text: draft.text || 'Shut' }))
  const reasons = reasonsOf(drafts)
  assert.equal(reasons, [shut, { code: 'shut-2', text: 'Shut' }, { code: 'shut-3', text: 'Shut' }])
  const long = reasonsOf([{ key: 0, text: `${'long '.repeat(39)}end`, code: '' }])
  assert.ok(ChangeReasons.safeParse({ fail: long }).success)
})

test('what is wrong is said', () => {
  const problemOf = (...rows: (typeof shut)[]) => {
    const reasons = reasonsOf(draftsOf(rows))
    return typeof reasons === 'function' ? reasons() : null
  }
  assert.is(problemOf(), t().reasonLists.atLeastOne)
  assert.is(problemOf(shut, { ...dog, text: ' ' }), t().reasonLists.emptyReason)
  assert.is(problemOf(shut, { ...dog, code: 'shut' }), t().reasonLists.codeTwice)
  assert.is(problemOf(shut, { ...dog, code: 'a b' }), t().reasonLists.badCode)
  assert.is(problemOf(shut, dog), null)
})

test('a reason moves by one place, and stays at the end', () => {
  const drafts = draftsOf([shut, dog])
  const codes = (by: 1 | -1, index: number) => moved(drafts, index, by).map(({ code }) => code)
  assert.equal(codes(1, 0), ['dog', 'shut'])
  assert.equal(codes(-1, 0), ['shut', 'dog'])
  assert.equal(codes(1, 1), ['shut', 'dog'])
})

test.run()
