import fc from 'fast-check'
import type { Unchecked } from '../../server/testing/probe.ts'

/** What generated values may refer to, by the name of the field or path parameter. */
export type Pools = Readonly<Record<string, () => readonly string[]>>

/** fast-check's values for JSON Schema, as far as the documents use it. `definitions`: the schemas of the document. */
export function createInputs(definitions: Readonly<Record<string, Unchecked>>, pools: Pools) {
  const cached = new Map<string, fc.Arbitrary<unknown>>()

  function referred(reference: string): fc.Arbitrary<unknown> {
    const name = reference.split('/').at(-1) ?? ''
    const found = cached.get(name) ?? valueOf(definitions[name], '')
    cached.set(name, found)
    return found
  }

  /** A value that the schema accepts. `field`: the name of the property. */
  function valueOf(schema: Unchecked, field: string): fc.Arbitrary<unknown> {
    const known = pools[field]
    const any = anyValueOf(schema, field)
    return known ? fc.oneof({ weight: 4, arbitrary: pick(known) }, { weight: 1, arbitrary: any }) : any
  }

  /** Picked when the value is generated: the pool grows. */
  const pick = (pool: () => readonly string[]) => fc.nat().map((n) => pool()[n % pool().length] ?? 'none')

  function anyValueOf(schema: Unchecked, field: string): fc.Arbitrary<unknown> {
    if (schema.$ref) return referred(schema.$ref)
    if ('const' in schema) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one: Unchecked) => valueOf(one, field)))
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type: string) => valueOf({ ...schema, type }, field)))
    switch (schema.type) {
      case 'object':
        return objectOf(schema)
      case 'array':
        if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map((one: Unchecked) => valueOf(one, field)))
        return fc.array(valueOf(schema.items, field), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
        })
      case 'string':
        return stringOf(schema)
      case 'integer':
        return fc.integer({ min: schema.minimum, max: Math.min(schema.maximum ?? 1_000_000, 2 ** 31 - 1) })
      case 'number':
        return fc.double({ min: schema.minimum, max: schema.maximum, noNaN: true, noDefaultInfinity: true })
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      default:
        return fc.jsonValue()
    }
  }

  function objectOf({ properties = {}, required = [], additionalProperties, propertyNames }: Unchecked) {
    const own = Object.fromEntries(
      Object.entries<Unchecked>(properties).map(([name, schema]) => [name, valueOf(schema, name)]),
    )
    const record = fc.record(own, { requiredKeys: required })
    if (typeof additionalProperties !== 'object') return record
    const names = propertyNames ? valueOf(propertyNames, '').map(String) : fc.string()
    return fc.dictionary(names, valueOf(additionalProperties, ''), { maxKeys: 4 })
  }

  function stringOf({ format, pattern, minLength = 0, maxLength = 60 }: Unchecked): fc.Arbitrary<string> {
    const dates = fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true })
    if (format === 'date-time') return dates.map((date) => date.toISOString())
    if (format === 'date') return dates.map((date) => date.toISOString().slice(0, 10))
    if (format === 'uri')
      return fc.constantFrom('http://127.0.0.1:1/hook', 'https://127.0.0.1:1/hook', 'http://[::1]:1')
    const fits = (text: string) => text.length >= minLength && text.length <= maxLength
    if (pattern && minLength === maxLength)
      return fc.stringMatching(/^[A-Za-z0-9_-]$/).chain((one) => fc.constant(one.repeat(minLength)))
    if (pattern) return fc.stringMatching(new RegExp(pattern)).filter(fits)
    const most = Math.min(maxLength, 60)
    const words = fc.string({ minLength: Math.max(minLength, 1), maxLength: most })
    return fc.oneof({ weight: 3, arbitrary: words }, fc.string({ unit: 'binary', minLength, maxLength: most }))
  }

  /** Mostly what the schema refuses: another kind of value, or an object with a field less, more, or of another kind. */
  function wrong(schema: Unchecked): fc.Arbitrary<unknown> {
    const changed = fc.tuple(valueOf(schema, ''), fc.nat(), fc.jsonValue(), fc.nat(2)).map(([value, n, other, way]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return other
      const entries = Object.entries(value)
      const [name] = entries[n % Math.max(1, entries.length)] ?? ['unknown']
      if (way === 0) return Object.fromEntries(entries.filter(([one]) => one !== name))
      return { ...value, [way === 1 ? name : 'unknown']: other }
    })
    return fc.oneof({ weight: 3, arbitrary: changed }, fc.jsonValue())
  }

  return { valueOf, wrong }
}
