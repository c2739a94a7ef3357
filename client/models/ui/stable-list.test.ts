import { signal } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createStableList } from './stable-list.ts'

test('follows the target at once while it is not held', () => {
  const target = signal(['a'])
  const list = createStableList(target)
  target.value = ['b', 'a']
  assert.equal(list.rows.value, ['b', 'a'])
  assert.is(list.waiting.value, 0)
})

test('while held no row moves: new rows wait and are counted, rows that left stay in place', () => {
  const target = signal(['a', 'b'])
  const list = createStableList(target)
  list.hold('pointer', true)
  target.value = ['d', 'c', 'b']
  assert.equal(list.rows.value, ['a', 'b'])
  assert.is(list.waiting.value, 2)
})

test('while held, rows below all others are shown, as they move none', () => {
  const target = signal(['c', 'b'])
  const list = createStableList(target)
  list.hold('scroll', true)
  target.value = ['d', 'c', 'a']
  assert.equal(list.rows.value, ['c', 'b', 'a'])
  assert.is(list.waiting.value, 1)
})

test('while held, a row that leaves and returns stays in its place', () => {
  const target = signal(['a', 'c'])
  const list = createStableList(target)
  list.hold('pointer', true)
  for (const next of [['a'], ['a', 'b'], ['a', 'b', 'c']]) target.value = next
  assert.equal(list.rows.value, ['a', 'c', 'b'])
})

test('settles when the last hold is released', () => {
  const target = signal(['a'])
  const list = createStableList(target)
  list.hold('pointer', true)
  list.hold('focus', true)
  target.value = ['b', 'a']
  list.hold('pointer', false)
  assert.equal(list.rows.value, ['a'])
  list.hold('focus', false)
  assert.equal(list.rows.value, ['b', 'a'])
})

test('settles on request, and stays held', () => {
  const target = signal(['a'])
  const list = createStableList(target)
  list.hold('scroll', true)
  target.value = ['b', 'a']
  list.settle()
  assert.equal(list.rows.value, ['b', 'a'])
  target.value = ['c', 'b', 'a']
  assert.equal(list.rows.value, ['b', 'a'])
})

test('under touch new rows wait, and rows that left go at once', () => {
  const target = signal(['a', 'b', 'c'])
  const list = createStableList(target)
  list.hold('touch', true)
  target.value = ['new', 'a', 'c', 'older']
  assert.equal(list.rows.value, ['a', 'c', 'older'])
  assert.is(list.waiting.value, 1)
  target.value = ['new']
  assert.equal(list.rows.value, ['new'], 'no row is left that could move')
})

test('under touch and another hold, rows that left stay until the other hold is released', () => {
  const target = signal(['a', 'b'])
  const list = createStableList(target)
  list.hold('touch', true)
  list.hold('scroll', true)
  target.value = ['new', 'b']
  assert.equal(list.rows.value, ['a', 'b'])
  list.hold('scroll', false)
  assert.equal(list.rows.value, ['b'])
  assert.is(list.waiting.value, 1)
})

test('an empty list shows new rows although it is held', () => {
  const target = signal<string[]>([])
  const list = createStableList(target)
  list.hold('pointer', true)
  target.value = ['a']
  assert.equal(list.rows.value, ['a'])
})

test.run()
