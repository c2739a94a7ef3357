import { createModel, signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ApiError } from '../session/api-error.ts'
import { fakeTimers, settled } from '../../testing/orders.ts'
import { createAbleCheck } from './able-check.ts'

const refusal = new ApiError('no_vendor_able', 409, 'No vendor')

function open(answer: () => Promise<unknown>) {
  const draft = signal({ serviceIds: ['a', 'a', 'b'], contact: { address: '' } })
  const timers = fakeTimers()
  const posted: unknown[] = []
  const Model = createModel(() =>
    createAbleCheck({
      api: {
        async post(_path, schema, body) {
          posted.push(body)
          return schema.parse(await answer())
        },
      },
      order: draft,
      setTimer: timers.setTimer,
    }),
  )
  const model = new Model()
  return { draft, timers, posted, model }
}

test('each service is asked for once, and typing pauses first', async () => {
  const { draft, timers, posted, model } = open(() => Promise.reject(refusal))
  for (const address of ['M', 'Ma', 'Markt 1']) draft.value = { ...draft.value, contact: { address } }
  assert.equal(posted, [])
  timers.pass()
  assert.equal(posted, [{ items: [{ serviceId: 'a' }, { serviceId: 'b' }], contact: { address: 'Markt 1' } }])
  await settled()
  assert.is(model.refusal.value, refusal)
  draft.value = { serviceIds: [], contact: { address: '' } }
  assert.is(model.refusal.value, null)
  timers.pass()
  assert.is(posted.length, 1)
  model[Symbol.dispose]()
})

test('an answer that comes too late, and any other failure, says nothing', async () => {
  const answers: ((error: Error) => void)[] = []
  const { draft, timers, model } = open(() => new Promise((_resolve, reject) => answers.push(reject)))
  timers.pass()
  draft.value = { ...draft.value, serviceIds: ['a'] }
  timers.pass()
  answers[0]?.(refusal)
  await settled()
  assert.is(model.refusal.value, null)
  answers[1]?.(new ApiError('unavailable', 503, 'Away'))
  await settled()
  assert.is(model.refusal.value, null)
  model[Symbol.dispose]()
})

test.run()
