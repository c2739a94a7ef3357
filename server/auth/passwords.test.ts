import { hash } from '@node-rs/argon2'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hashPassword, passwordMatches } from './passwords.ts'

const test = suite('passwords')

const composed = 'crème brûlée'.normalize('NFC')
const decomposed = composed.normalize('NFD')

test('a password matches however the device composes its accents', async () => {
  assert.is.not(composed, decomposed)
  const [first, second] = await Promise.all([hashPassword(composed), hashPassword(decomposed)])
  assert.ok(await passwordMatches(first, decomposed))
  assert.ok(await passwordMatches(second, composed))
  assert.not(await passwordMatches(first, 'creme brulee'))
  assert.not(await passwordMatches(null, composed))
})

test("a hash has OWASP's minimum cost", async () => {
  assert.match(await hashPassword(composed), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a hash made before passwords were normalised matches what was typed then', async () => {
  const earlier = await hash(decomposed)
  assert.ok(await passwordMatches(earlier, decomposed))
  assert.not(await passwordMatches(earlier, composed))
})

test.run()
