import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { email, normalEmail } from './email.ts'

test('addresses that <input type=email> accepts are accepted', () => {
  for (const address of [
    'ana@example.com',
    "o'brien+shop@example.co.uk",
    '.ana.@localhost',
    'a..b@example.com',
    '!#$%&*/=?^_`{|}~-@example.com',
    'ana@xn--mnchen-3ya.de',
    'ana@192.168.0.1',
    `ana@${'a'.repeat(63)}.museum`,
  ]) {
    assert.is(email.parse(address), address)
  }
})

test('an internationalised domain is the same address as its ASCII form, in any case', () => {
  for (const address of [
    'Ana@MÜNCHEN.de',
    'ana@mu\u0308nchen.de',
    ' ana@xn--mnchen-3ya.de ',
    'ANA@XN--MNCHEN-3YA.DE',
    'ana@münchen\u3002de',
  ]) {
    assert.is(email.parse(address), 'ana@xn--mnchen-3ya.de', address)
  }
  assert.is(email.parse('ana@例え.jp'), 'ana@xn--r8jz45g.jp')
})

test('the normal form of an address without an internationalised domain is lower case, nothing else', () => {
  for (const address of ['ana@1.2', 'ana@0x7f.com', 'ana@example.com:80', 'ana', '', 'a@b@c']) {
    assert.is(normalEmail(` ${address.toUpperCase()}`), address)
  }
  // The Kelvin sign is not a `k`: the address belongs to another person, or to none.
  assert.is(normalEmail('\u212aim@example.com'), '\u212aim@example.com')
})

test('other addresses are refused', () => {
  for (const address of [
    '',
    'ana',
    'ana@',
    '@example.com',
    'a@b@c.de',
    'ana@exa mple.com',
    'ana@-example.com',
    'ana@münchen.de:80',
    'ana@münchen.de/x',
    'ana@mün%63hen.de',
    'ana@user:secret@münchen.de',
    'änä@example.com',
    '\u212aim@example.com',
    'ana\0@example.com',
    'ana@example.com\0',
    'ana\ud800@example.com',
    'ana@\ud800.com',
    `ana@${'a'.repeat(64)}.com`,
    `${'a'.repeat(250)}@example.com`,
  ]) {
    assert.not(email.safeParse(address).success, JSON.stringify(address))
  }
})

test.run()
