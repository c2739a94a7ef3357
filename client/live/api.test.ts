import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod/mini'
import { errorCodes } from '#shared/errors.ts'
import { ApiError, errorFrom, messageOf } from '../models/session/api-error.ts'
import { send } from '../models/session/http.ts'
import { createApi } from './api.ts'

const Body = z.object({ ok: z.boolean() })

/** A fake server that accepts one token. */
function setUp(good: string) {
  const calls: { token: string | null }[] = []
  const state = { token: 'old', renewals: 0, ends: false }
  globalThis.fetch = async (_, init) => {
    const token = new Headers(init?.headers).get('authorization')
    calls.push({ token })
    if (token === `Bearer ${good}`) return Response.json({ ok: true })
    return Response.json({ code: 'unauthenticated', status: 401, title: '', detail: '' }, { status: 401 })
  }
  const api = createApi({
    send,
    token: () => state.token,
    renew: async () => {
      state.renewals++
      if (!state.ends) state.token = good
      return !state.ends
    },
  })
  return { api, calls, state }
}

test('a refused token is renewed once, and the request sent again', async () => {
  const { api, calls, state } = setUp('new')
  assert.equal(await api.get('/x', Body), { ok: true })
  assert.equal(
    calls.map(({ token }) => token),
    ['Bearer old', 'Bearer new'],
  )
  assert.is(state.renewals, 1)
})

test('a request of an ended session is not repeated', async () => {
  const { api, calls, state } = setUp('new')
  state.ends = true
  const error = await api.get('/x', Body).catch((cause: unknown) => cause)
  assert.instance(error, ApiError)
  assert.is(calls.length, 1)
})

test('a token that another request has renewed is used without a second renewal', async () => {
  const { api, state, calls } = setUp('new')
  const response = api.get('/x', Body)
  state.token = 'new'
  assert.equal(await response, { ok: true })
  assert.is(state.renewals, 0)
  assert.is(calls.length, 2)
})

test('without a network the error message is about the connection', async () => {
  const { api } = setUp('new')
  globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'))
  const error = await api.get('/x', Body).catch((cause: unknown) => cause)
  assert.match(messageOf(error), /^You’re offline/)
})

test('a response of a proxy becomes `unavailable`', async () => {
  const { api } = setUp('new')
  globalThis.fetch = async () => new Response('<h1>Bad gateway</h1>', { status: 502 })
  const error = await api.get('/x', Body).catch((cause: unknown) => cause)
  assert.ok(error instanceof ApiError && error.code === 'unavailable')
})

test('every error code has a text that is not the detail of the server', () => {
  for (const code of Object.keys(errorCodes)) {
    const text = messageOf(errorFrom(400, { code, detail: 'detail of the server' }))
    assert.ok(text.length > 0 && !text.includes('detail of the server'), code)
  }
  assert.is(
    messageOf(errorFrom(422, { code: 'device_limit', limit: 20 })),
    'A vendor may have 20 devices. Remove one first.',
  )
})

test.run()
