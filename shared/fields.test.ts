import { CreateService } from './service-input.ts'
import { readdirSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod/mini'
import { CreateDevice } from './devices.ts'
import { address, currentPassword, name, password, phone, text } from './fields.ts'
import { Register } from './users.ts'

/** The codes of a value's issues, and the codes of our own rules. */
const codes = (schema: z.ZodMiniType, value: unknown) =>
  (schema.safeParse(value).error?.issues ?? []).map(({ code, ...issue }) =>
    'params' in issue && issue.params ? issue.params.code : code,
  )

/** All schemas of strings below `schema`, by path. */
function strings(schema: z.core.$ZodType, path: string): [string, z.core.$ZodType][] {
  if (schema instanceof z.core.$ZodString) return [[path, schema]]
  const parts: [string, z.core.$ZodType][] = []
  if (schema instanceof z.core.$ZodObject) parts.push(...Object.entries(schema._zod.def.shape))
  if (schema instanceof z.core.$ZodArray) parts.push(['0', schema._zod.def.element])
  if (schema instanceof z.core.$ZodUnion) for (const option of schema._zod.def.options) parts.push(['', option])
  if (schema instanceof z.core.$ZodPipe) parts.push(['', schema._zod.def.out])
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault
  )
    parts.push(['', schema._zod.def.innerType])
  return parts.flatMap(([key, part]) => strings(part, key ? `${path}.${key}` : path))
}

test('no string that a client sends may hold a control character or half of a surrogate pair', async () => {
  const seen: string[] = []
  for (const file of readdirSync('shared').filter((one) => /^(?!.*\.test).*\.ts$/.test(one))) {
    const module: Record<string, unknown> = await import(`./${file}`)
    for (const [exported, schema] of Object.entries(module)) {
      // Bodies and queries refuse unknown fields; what the server sends does not.
      const isInput = schema instanceof z.core.$ZodObject && schema._zod.def.catchall instanceof z.core.$ZodNever
      if (!isInput) continue
      for (const [path, leaf] of strings(schema, exported)) {
        if (leaf === currentPassword) continue
        seen.push(path)
        for (const character of ['\0', '\x1b', '\x7f', '\x85', '\ud800', '\udc00']) {
          const value = `12345 Lime Street${character}`
          assert.not(z.safeParse(leaf, value).success, `${path} ${JSON.stringify(character)}`)
          assert.not(z.safeParse(leaf, `${character}${value}`).success, `${path} ${JSON.stringify(character)}`)
        }
      }
    }
  }
  for (const path of ['PlaceOrder.contact.phone', 'PlaceOrder.notes', 'ChangeStatus.reason', 'OrderQuery.q']) {
    assert.ok(seen.includes(path), `${path} in ${seen.join(', ')}`)
  }
})

test('names and reasons need something that can be seen; spaces around them are removed', () => {
  for (const invisible of ['\u200b', '\u3164', '\u2800', '\u00ad\u2060', '\u{e0041}', '\u0301']) {
    assert.equal(codes(name(100), invisible), ['nothing_visible'], JSON.stringify(invisible))
    assert.equal(codes(text(1, 500), invisible), ['nothing_visible'], JSON.stringify(invisible))
  }
  for (const empty of ['', '  ', '\u3000\ufeff\n']) assert.equal(codes(name(100), empty), ['too_small'])
  assert.is(text(0, 10).parse(' \n '), '')
  for (const seen of ['李', 'Ægir', '👩‍🔧', '!', 'שָׁלוֹם', 'n\u0303']) assert.is(name(100).parse(`  ${seen}\n`), seen)
})

test('a name is one line without characters that turn the text after it; a text may have lines and tabs', () => {
  for (const mark of ['\u202e', '\u202a', '\u2066', '\u2069']) {
    assert.equal(codes(name(100), `Ana${mark}`), ['bidi_control'], JSON.stringify(mark))
  }
  assert.is(name(100).parse('אנה\u200f (Ana)'), 'אנה\u200f (Ana)')
  for (const line of ['\n', '\r', '\t', '\u2028', '\u2029']) {
    assert.equal(codes(name(100), `a${line}b`), ['control_character'], JSON.stringify(line))
    assert.is(text(1, 100).parse(`a${line}b`), `a${line}b`)
  }
  for (const schema of [Register.shape.name, CreateService.shape.name, CreateDevice.shape.name]) {
    assert.equal(codes(schema, 'a\u202eb'), ['bidi_control'])
  }
})

test('a phone number has digits of any script, an address more than one letter', () => {
  for (const number of ['+1 555 0100', '110', '+٤٩ ٣٠ ١٢٣', '(030) 12 34 ext. 5', '\u202a+49 30 123\u202c']) {
    assert.is(phone.parse(` ${number} `), number)
  }
  for (const number of ['none', '12', '+', '-- --']) assert.equal(codes(phone, number), ['phone'], number)
  assert.equal(codes(phone, ' '), ['too_small'])
  for (const place of ['9 Al', '東京都', 'Lindenstraße 9\nBerlin']) assert.is(address.parse(place), place)
  for (const place of ['A', 'x9', '...', '- 1 -']) assert.equal(codes(address, place), ['address'], place)
  assert.equal(codes(address, ''), ['too_small'])
})

test('a password is counted in its NFC form and is not blank', () => {
  assert.is(password.parse('cafe\u0301 noir'), 'café noir')
  assert.equal(codes(password, 'e\u0301'.repeat(7)), ['too_small'])
  assert.equal(codes(password, ' '.repeat(12)), ['nothing_visible'])
  assert.is(password.parse(' leading and trailing '), ' leading and trailing ')
})

test.run()
