import * as assert from 'uvu/assert'
import {
  boolean,
  defineRecords,
  integer,
  json,
  nullable,
  text,
  type Field,
  type RecordCollection,
  type RecordDefinition,
} from '../records.ts'
import { refusesDuplicate, type RegisterTest } from './rule.ts'

/** A definition with every type of field and every rule. */
export const sampleRecords = defineRecords({
  name: 'samples',
  key: 'sampleId',
  fields: {
    sampleId: text(),
    ownerId: text(),
    email: text(),
    position: integer(),
    open: boolean(),
    detail: json<{ tags: string[][]; $set?: string }>(),
    count: nullable(integer()),
    done: nullable(boolean()),
    extra: nullable(json<unknown>()),
    expiresAt: nullable(text()),
  },
  unique: ['email'],
  indexes: { byOwner: ['ownerId', 'position'], byOpen: ['open'], byExpiry: ['email', 'open'] },
  expires: 'expiresAt',
})

/** The rules of a collection: registers those that apply to the definition. */
export function collectionContract(it: RegisterTest, definition: RecordDefinition) {
  const { name, key, fields, unique, indexes, expires } = definition
  const record = (n: number, given: object = {}) => ({ ...recordOf(definition, n), ...given })
  const id = (n: number) => textOf(key, n)
  const other = Object.keys(fields).find((field) => field !== key && !unique.includes(field))
  const changeOf = (n: number) => (other === undefined ? {} : { [other]: valueOf(other, fields[other], n, false) })

  async function create(
    collection: RecordCollection<object>,
    count: number,
    given: (n: number) => object = () => ({}),
  ) {
    const records = Array.from({ length: count }, (_, n) => record(n, given(n)))
    await Promise.all(records.map((one) => collection.create(one)))
    return records
  }

  it('a record is read as it was created, whole and as a plain object', async (store) => {
    const collection = store.collection(definition)
    const [one, two] = await create(collection, 2)
    assert.equal(await collection.get(id(0)), one)
    assert.equal(await collection.get(id(1)), two)
    assert.is(Object.getPrototypeOf(await collection.get(id(0))), Object.prototype)
    assert.is(await collection.get('nothing'), null)
    assert.equal(Object.keys((await collection.get(id(0))) ?? {}).sort(), Object.keys(fields).sort())
  })

  it('several records are read by their keys', async (store) => {
    const collection = store.collection(definition)
    const records = await create(collection, 4)
    const found = await collection.getMany([id(2), 'nothing', id(0), id(0)])
    assert.equal(sorted(definition, found), [records[0], records[2]])
    assert.equal(await collection.getMany([]), [])
  })

  it('a key is unique: of concurrent creations one succeeds', async (store) => {
    const collection = store.collection(definition)
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => collection.create(record(n, { [key]: id(0) }))),
    )
    assert.is(attempts.filter(({ status }) => status === 'fulfilled').length, 1)
    await refusesDuplicate(key, collection.create(record(10, { [key]: id(0) })))
  })

  it('put creates a record, or replaces the one with its key', async (store) => {
    const collection = store.collection(definition)
    await collection.put(record(0))
    await collection.put(record(1))
    const replaced = record(2, { [key]: id(0) })
    await collection.put(replaced)
    assert.equal(await collection.get(id(0)), replaced)
    assert.equal(await collection.get(id(1)), record(1))
  })

  it('a change resolves to the changed record, and leaves the others unchanged', async (store) => {
    const collection = store.collection(definition)
    await create(collection, 2)
    const changed = { ...record(0), ...changeOf(5) }
    assert.equal(await collection.change(id(0), { ...changeOf(5), [key]: undefined }), changed)
    assert.equal(await collection.change(id(0), {}), changed)
    assert.equal(await collection.get(id(0)), changed)
    assert.equal(await collection.get(id(1)), record(1))
    assert.is(await collection.change('nothing', changeOf(5)), null)
    assert.is(await collection.get('nothing'), null)
  })

  it('of concurrent changes under one condition, one succeeds', async (store) => {
    const collection = store.collection(definition)
    await create(collection, 1)
    const changes = await Promise.all(
      Array.from({ length: 10 }, (_, n) => collection.change(id(0), changeOf(n + 7), changeOf(0))),
    )
    assert.is(changes.filter(Boolean).length, 1)
    assert.equal(await collection.get(id(0)), changes.find(Boolean))
    assert.is(await collection.change(id(0), {}, changeOf(0)), null)
  })

  it('of concurrent deletions one succeeds; a condition that fails deletes nothing', async (store) => {
    const collection = store.collection(definition)
    await create(collection, 2)
    assert.is(await collection.delete(id(0), changeOf(6)), false)
    const deletions = await Promise.all(Array.from({ length: 10 }, () => collection.delete(id(0), changeOf(0))))
    assert.is(deletions.filter(Boolean).length, 1)
    assert.equal(await collection.list(), [record(1)])
    assert.is(await collection.delete('nothing'), false)
  })

  it('without an index a list is sorted by key', async (store) => {
    const collection = store.collection(definition)
    const records = await create(collection, 12)
    assert.equal(await collection.list(), records)
    assert.equal(await collection.list({ descending: true, limit: 5 }), records.toReversed().slice(0, 5))
    assert.equal(await collection.list({ after: records[3], limit: 3 }), records.slice(4, 7))
  })

  for (const [index, indexed] of Object.entries(indexes))
    it(`pages by ${index} return every record once, in order and in reverse`, async (store) => {
      const collection = store.collection(definition)
      // Equal values, so that the key decides within them.
      const equalValues = (n: number) =>
        Object.fromEntries(
          indexed
            .filter((field) => !unique.includes(field))
            .map((field, m) => [field, valueOf(field, fields[field], n % (2 + m), false)]),
        )
      const records = await create(collection, 23, equalValues)
      const expected = records.sort(byFields([...indexed, key]))
      assert.equal(await pages(collection, index, false), expected)
      assert.equal(await pages(collection, index, true), expected.toReversed())

      const [first = ''] = indexed
      const where = { [first]: fieldOf(records[0] ?? {}, first) }
      const matching = expected.filter((one) => fieldOf(one, first) === where[first])
      assert.equal(await collection.list({ index, where }), matching)
      assert.equal(await collection.list({ index, where, after: matching[0], limit: 4 }), matching.slice(1, 5))
      assert.equal(await collection.list({ where }), matching.sort(byFields([key])))
    })

  for (const [field, { nullable: canBeNull }] of Object.entries(fields))
    if (canBeNull)
      it(`${field} can be null, changed and matched as null`, async (store) => {
        const collection = store.collection(definition)
        await create(collection, 2, () => ({ [field]: null }))
        const value = valueOf(field, fields[field], 0, false)
        assert.is(await collection.change(id(0), { [field]: value }, { [field]: value }), null)
        const changed = { ...record(0), [field]: value }
        assert.equal(await collection.change(id(0), { [field]: value }, { [field]: null }), changed)
        assert.equal(await collection.list({ where: { [field]: null } }), [record(1, { [field]: null })])
        assert.equal((await collection.change(id(0), { [field]: null })) ?? {}, record(0, { [field]: null }))
      })

  for (const field of unique)
    it(`${field} is unique, and the error names it`, async (store) => {
      const collection = store.collection(definition)
      const [one] = await create(collection, 2)
      const taken = { [field]: fieldOf(one ?? {}, field) }
      await refusesDuplicate(field, collection.create(record(2, taken)))
      await refusesDuplicate(field, collection.put(record(1, taken)))
      await refusesDuplicate(field, collection.change(id(1), taken))
      assert.equal(await collection.list(), [record(0), record(1)])
      assert.equal(await collection.change(id(0), taken), record(0))
      await collection.delete(id(0))
      assert.equal(await collection.change(id(1), taken), record(1, taken))
    })

  it('a sweep deletes and counts the expired records', async (store) => {
    const collection = store.collection(definition)
    if (expires === null) {
      await create(collection, 2)
      assert.is(await collection.sweep('9999-12-31T00:00:00.000Z'), 0)
      assert.equal(await collection.list(), [record(0), record(1)])
      return
    }
    const times = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z', null]
    const records = await create(collection, 4, (n) => ({ [expires]: times[n] }))
    assert.is(await collection.sweep('2026-03-02T00:00:00.000Z'), 2)
    assert.is(await collection.sweep('2026-03-02T00:00:00.000Z'), 0)
    assert.equal(await collection.list(), records.slice(2))
  })

  it('a bulk transfer reads and writes the records', async (store) => {
    const table = store.bulkTransfer.kinds.get(name)
    assert.ok(table)
    const records = Array.from({ length: 3 }, (_, n) => record(n))
    await table.write(records.toReversed())
    await table.write([record(1)])
    assert.is(await table.count(), 3)
    assert.equal(await store.collection(definition).list(), records)
    const read: unknown[] = []
    for await (const batch of table.read(id(0))) read.push(...batch.records)
    assert.equal(read, records.slice(1))
  })

  it('a definition that the store was created without is refused', async (store) => {
    assert.throws(() => store.collection({ ...definition, name: 'unknown' }), 'without the records "unknown"')
  })
}

async function pages(collection: RecordCollection<object>, index: string, descending: boolean): Promise<object[]> {
  const found: object[] = []
  for (let after: object | undefined; ;) {
    const page = await collection.list({ index, descending, limit: 4, after })
    found.push(...page)
    after = page.at(-1)
    if (page.length < 4) return found
  }
}

const recordOf = ({ fields }: RecordDefinition, n: number): object =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(name, field, n, n % 2 === 1)]))

const textOf = (name: string, n: number) => `${name} «ñ» \u{1F6BF} ${String(n).padStart(2, '0')}`

/** A value of the field's type. Different numbers have different values where the type allows. */
function valueOf(name: string, field: Field | undefined, n: number, asNull: boolean): unknown {
  if (field?.nullable && asNull) return null
  if (field?.type === 'integer') return n
  if (field?.type === 'boolean') return n % 2 === 1
  if (field?.type === 'json') return { tags: [[name, `${n}`], []], $set: 'no.operator' }
  return textOf(name, n)
}

const fieldOf = (record: object, name: string): unknown => new Map(Object.entries(record)).get(name)

const sorted = ({ key }: RecordDefinition, records: object[]) => records.toSorted(byFields([key]))

const byFields = (names: string[]) => (one: object, other: object) => {
  for (const name of names) {
    const [a, b] = [fieldOf(one, name), fieldOf(other, name)]
    if (a === b) continue
    return Number(a) < Number(b) || String(a) < String(b) ? -1 : 1
  }
  return 0
}
