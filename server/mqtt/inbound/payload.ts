import { fieldErrors, z } from '../../lib/zod.ts'

/**
 * What a client has published, as `schema` reads it; or what is wrong with it, in words. Firmware of other vendors is read
 * liberally: unknown fields are ignored, names and enumerated values may have another case or other separators, a number
 * may be text and an id a number, and null or an empty text is no value for an optional field.
 */
export function readPayload<Value>(
  schema: z.ZodMiniType<Value>,
  payload: Buffer,
): { value: Value; wrong: null } | { value: null; wrong: string } {
  const given = bareWordOrJson(payload, schema instanceof z.ZodMiniObject && 'text' in schema.shape ? 'text' : 'status')
  if (given === undefined) return { value: null, wrong: 'The payload is not valid JSON.' }
  const read = schema.safeParse(schema instanceof z.ZodMiniObject ? fieldsOf(schema.shape, given) : given)
  if (read.success) return { value: read.data, wrong: null }
  const wrong = fieldErrors(read.error.issues).map(({ path, message }) => (path ? `${path}: ${message}` : message))
  return { value: null, wrong: wrong.join('; ') }
}

/**
 * `online` and `"online"` mean `{"status":"online"}`, or a text where `field` is one: what a small device, or a person with
 * mosquitto_pub, would write.
 */
function bareWordOrJson(payload: Buffer, field: 'status' | 'text'): unknown {
  // Firmware in C sends the terminating NUL of its strings.
  const text = payload.toString('utf8').replaceAll('\0', ' ').trim()
  const parsed = jsonOf(text)
  // Some clients encode their JSON twice.
  const given = typeof parsed === 'string' && /^\s*\{/.test(parsed) ? jsonOf(parsed) : parsed
  if (typeof given === 'object' && given !== null) return given
  if (given === undefined && (field === 'status' ? /^["[{]/ : /^\{/).test(text)) return undefined
  return { [field]: typeof given === 'string' ? given : text }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Other names of a field, folded: OwnTracks (lon, acc) and the Geolocation API (latitude, longitude). */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  lat: ['latitude'],
  lng: ['lon', 'long', 'longitude'],
  accuracy: ['acc'],
}

/** `On the way`, `on-the-way` and `onTheWay` fold to the same text as `on_the_way`. */
const fold = (text: string) => text.toLowerCase().replace(/[\s_-]/g, '')

function fieldsOf(shape: Readonly<Record<string, z.core.$ZodType>>, given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  const entries = Object.entries(given)
  // The exact name is looked up first, and of two names that fold alike the last one counts.
  const values = new Map<string, unknown>([...entries.map(([name, value]) => [fold(name), value] as const), ...entries])
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, field]) => {
      const found = [name, fold(name), ...(synonyms[name] ?? [])].map((one) => values.get(one) ?? undefined)
      const value = valueOf(field, found.find(isPresent))
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const isPresent = (value: unknown) => value !== undefined

const decimal = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i

function valueOf(field: z.core.$ZodType, given: unknown): unknown {
  if (field instanceof z.ZodMiniOptional || field instanceof z.ZodMiniNullable)
    return given === '' ? undefined : valueOf(field.def.innerType, given)
  if (field instanceof z.ZodMiniString) return typeof given === 'number' ? String(given) : given
  if (typeof given !== 'string') return given
  if (field instanceof z.ZodMiniNumber && decimal.test(given.trim())) return Number(given)
  if (field instanceof z.ZodMiniEnum) return field.options.find((one) => fold(String(one)) === fold(given)) ?? given
  return given
}
