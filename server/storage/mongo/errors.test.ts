import mongoose from 'mongoose'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UnavailableError } from '../../lib/errors.ts'
import { DuplicateError } from '../store.ts'
import { createMongoStore } from './index.ts'
import { mapDuplicate } from './duplicates.ts'
import { domainError, isRefused, isUnavailable, isUnreachable } from './errors.ts'

const {
  MongoBulkWriteError,
  MongoServerError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoParseError,
  MongoServerSelectionError,
} = mongoose.mongo

const server = (code: number, more: object = {}) => new MongoServerError({ errmsg: 'no', code, ...more })

test('a transient failure is unavailable, without the driver’s text', () => {
  const passing = [
    new MongoNetworkError('connection 3 to 10.0.0.5:27017 closed'),
    new MongoNetworkTimeoutError('timed out'),
    // oxlint-disable-next-line typescript/no-explicit-any -- the reason is the driver's own business
    new MongoServerSelectionError('connect ECONNREFUSED', {} as any),
    server(10107),
    server(11600),
    server(91),
    server(64),
    server(50),
    server(12345, { errorLabels: ['RetryableWriteError'] }),
    Object.assign(new Error('querySrv ENOTFOUND _mongodb._tcp.db.example'), { code: 'ENOTFOUND' }),
  ]
  for (const error of passing) {
    assert.ok(isUnavailable(error), String(error))
    const translated = domainError(error)
    assert.ok(translated instanceof UnavailableError)
    assert.is(translated.message, 'the database cannot be used')
  }
})

test('a permanent failure is not retried: wrong credentials, a wrong URI, a bug', () => {
  for (const error of [server(18), server(13), server(9), new MongoParseError('no'), new TypeError('no')])
    assert.not(isUnavailable(error), String(error))
  const closed = new MongoNetworkError('the pool was cleared', { cause: server(18) })
  for (const error of [server(18), server(13), closed]) assert.ok(isRefused(error) && !isUnavailable(error))
  // A permission withdrawn while the server runs is not shown to clients either.
  assert.instance(domainError(server(13)), UnavailableError)
  assert.instance(domainError(server(9)), MongoServerError)
})

test('a bulk write that failed as a whole is treated as what made it fail', () => {
  // oxlint-disable-next-line typescript/no-explicit-any -- the result is the driver's own business
  const bulk = (error: Error) => new MongoBulkWriteError(error, {} as any)
  const lost = bulk(new MongoNetworkError('connection 3 to 10.0.0.5:27017 closed'))
  assert.ok(isUnavailable(lost) && isUnreachable(lost))
  assert.ok(isUnavailable(bulk(server(11600))))
  assert.ok(isRefused(bulk(server(13))))
  assert.not(isUnavailable(bulk(server(9))))
})

test('the field of a duplicate is named by the server, or found by probes', async () => {
  const fieldFor = async (more: object, probes = {}) => {
    const refused: unknown = await mapDuplicate(Promise.reject(server(11000, more)), probes).catch((e: unknown) => e)
    return refused instanceof DuplicateError && refused.field
  }
  assert.is(await fieldFor({ keyPattern: { email: 1 } }), 'email')
  assert.is(await fieldFor({ keyPattern: { slot: 1 } }), 'idempotencyKey')
  assert.is(await fieldFor({ keyPattern: { _id: 1 } }), 'id')
  assert.is(await fieldFor({}, { number: async () => ({}), idempotencyKey: async () => null }), 'number')
  assert.is(await fieldFor({}), 'id')
})

test('a store that is not running says so; an invalid URI fails without revealing its contents', async () => {
  const store = createMongoStore({ uri: 'mongodb://ana:sec:ret@127.0.0.1:1:2/x', waitForServer: true })
  assert.instance(await store.ping().catch((error: unknown) => error), UnavailableError)
  const refusal = await store.start().catch((error: Error) => error)
  assert.match(String(refusal), /the database at 127.0.0.1:1:2 \(MONGO_URI\) refuses/)
  assert.not.match(String(refusal), /ana|sec/)
  await store.stop()
})

test('a script does not wait for an unavailable database; a server does, until it is stopped', async () => {
  const uri = 'mongodb://ana:secret@127.0.0.1:1/x?serverSelectionTimeoutMS=50'
  const script = createMongoStore({ uri })
  assert.match(
    String(await script.start().catch((error: unknown) => error)),
    /127.0.0.1:1 \(MONGO_URI\) cannot be reached/,
  )

  const lines: string[] = []
  let warned = () => {}
  const waits = new Promise<void>((resolve) => (warned = resolve))
  const log = { info() {}, warn: (line: string) => (lines.push(line), warned()) }
  const server2 = createMongoStore({ uri, waitForServer: true, log })
  const starting = server2.start().catch((error: unknown) => error)
  await waits
  await server2.stop()
  assert.instance(await starting, UnavailableError)
  assert.is(lines.length, 1)
  assert.match(lines[0] ?? '', /^the database at 127.0.0.1:1 \(MONGO_URI\) cannot be reached .*waiting for it$/)
  assert.not.match(lines.join(), /secret/)
})

test.run()
