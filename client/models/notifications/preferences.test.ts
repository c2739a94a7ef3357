import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defaultPreferences, type Preferences } from '#shared/notification-preferences.ts'
import { PreferencesModel } from './preferences.ts'

const test = suite('notification preferences')

const atFirst: Preferences = {
  channels: ['page', 'email'],
  events: defaultPreferences('customer'),
  quietHours: null,
}

test('a choice is shown at once; of several the last one is stored', async () => {
  const answers: (() => void)[] = []
  const bodies: object[] = []
  const model = new PreferencesModel({
    get: async (_path, schema) => schema.parse(atFirst),
    put: (_path, schema, body) =>
      new Promise((resolve) => {
        bodies.push(Object(body))
        answers.push(() => resolve(schema.parse({ ...atFirst, ...Object(body) })))
      }),
  })
  await model.load()
  assert.equal(model.channels.value, ['page', 'email'])
  assert.is(model.events.value[0], 'order.placed')
  const both = [model.choose('order.placed', 'email', false), model.choose('order.completed', 'page', false)]
  const shown = () => model.preferences.value?.events
  assert.equal([shown()?.['order.placed']?.email, shown()?.['order.completed']?.page], [false, false])
  for (const _ of both) {
    while (answers.length === 0) await new Promise(setImmediate)
    answers.shift()?.()
  }
  await Promise.all(both)
  assert.equal([shown()?.['order.placed']?.email, shown()?.['order.completed']?.page], [false, false])
  assert.is(bodies.length, 2)
})

test('a refused choice is taken back', async () => {
  const model = new PreferencesModel({
    get: async (_path, schema) => schema.parse(atFirst),
    put: () => Promise.reject(new Error('away')),
  })
  await model.load()
  const refused = await model.choose('order.placed', 'email', false).catch((error: unknown) => error)
  assert.instance(refused, Error)
  assert.equal(model.preferences.value, atFirst)
})

test('preferences that could not be read have an error', async () => {
  const away = () => Promise.reject(new Error('away'))
  const model = new PreferencesModel({ get: away, put: away })
  await model.load()
  assert.ok(model.error.value)
  assert.is(model.preferences.value, null)
})

test.run()
