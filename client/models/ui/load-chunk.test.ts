import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadChunk } from './load-chunk.ts'
import { reloadIfGone } from './reload-if-gone.ts'

const stored = new Map<string, string>()
const sessionStorage = {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => void stored.set(key, value),
}
const events: string[] = []
Object.defineProperties(globalThis, {
  sessionStorage: { value: sessionStorage },
  location: { value: { reload: () => void events.push('reload') } },
})

/** Loads a chunk whose import succeeds after so many pauses. */
function load({ after, network }: { after: number; network: boolean }) {
  globalThis.fetch = async () => (network ? new Response() : Promise.reject(new TypeError('Failed to fetch')))
  let pauses = 0
  const chunk = async () => {
    if (pauses < after) throw new TypeError('Failed to fetch dynamically imported module')
    return 'chunk'
  }
  const pause = async (milliseconds: number) => {
    pauses++
    events.push(`${milliseconds} ms`)
  }
  return loadChunk(chunk, async () => {}, pause)
}

test.before.each(() => {
  stored.clear()
  events.length = 0
})

test('without a network a chunk is loaded when it is back, without a reload', async () => {
  assert.is(await load({ after: 6, network: false }), 'chunk')
  assert.equal(events, ['250 ms', '500 ms', '1000 ms', '2000 ms', '4000 ms', '4000 ms'])
})

test('a connection lost for a moment reloads nothing', async () => {
  assert.is(await load({ after: 1, network: true }), 'chunk')
  assert.equal(events, ['250 ms'])
})

test('a chunk that is gone while the server answers reloads the page, once', async () => {
  assert.is(await load({ after: 4, network: true }), 'chunk')
  assert.equal(events, ['250 ms', 'reload', '500 ms', '1000 ms', '2000 ms'])
})

test('a choice is stored before the page is reloaded', async () => {
  globalThis.fetch = async () => new Response()
  await reloadIfGone(() => void events.push('stored'))
  await reloadIfGone(() => void events.push('stored again'))
  assert.equal(events, ['stored', 'reload'])
})

test.run()
