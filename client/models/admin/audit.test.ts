import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AuditEntry } from '#shared/audit.ts'
import { createAuditLog, everything, parametersOf } from './audit.ts'

const test = suite('the audit log of the page')

test('both days of a search are inclusive, in the reader’s calendar', () => {
  const parameters = parametersOf({ q: ' Ana ', action: 'signed in', from: '2026-03-02', to: '2026-03-02' })
  assert.equal([parameters.get('q'), parameters.get('action')], ['Ana', 'signed in'])
  assert.is(parameters.get('from'), new Date(2026, 2, 2).toISOString())
  assert.is(parameters.get('to'), new Date(2026, 2, 3).toISOString())
  assert.is(parametersOf(everything).toString(), '')
})

const entry = (id: string): AuditEntry => ({
  id,
  at: '2026-03-02T08:00:00.000Z',
  action: 'signed in',
  by: null,
  user: null,
  address: null,
  requestId: 'r',
  details: {},
  changes: {},
})

test('the answer to an earlier search is not shown; older entries follow the newer ones', async () => {
  const pending: ((page: unknown) => void)[] = []
  const paths: string[] = []
  const log = createAuditLog(
    {
      get: async (path, schema) => {
        paths.push(path)
        return schema.parse(await new Promise((resolve) => pending.push(resolve)))
      },
    },
    () => null,
  )
  const ids = () => log.entries.value?.map(({ id }) => id)
  const [first, second] = [log.show(everything), log.show({ ...everything, q: 'ana' })]
  pending[1]?.({ entries: [entry('b')], nextCursor: 'next' })
  await second
  pending[0]?.({ entries: [entry('a')], nextCursor: null })
  await first
  assert.equal(ids(), ['b'])
  const older = log.loadOlder()
  pending[2]?.({ entries: [entry('c')], nextCursor: null })
  await older
  assert.equal(ids(), ['b', 'c'])
  assert.is(paths[2], '/audit?q=ana&cursor=next')
  assert.is(log.nextCursor.value, null)
})

test.run()
