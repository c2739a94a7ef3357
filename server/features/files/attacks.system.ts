import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Order } from '#shared/orders.ts'
import { figures } from '../../system-tests/lib/report.ts'
import { dataFolder, startServer, type TestServer } from '../../system-tests/lib/server.ts'
import { placeOrder, type Person } from '../../testing/app.ts'
import { bomb, photo } from './testing/pictures.ts'
import { fetchFile, upload, type Sent } from './testing/uploads.ts'

interface Context {
  server: TestServer
  dir: string
  remove: () => Promise<void>
  vendor: Person
  order: Order
}

const test = suite<Context>('attacks by upload')

test.before(async (context) => {
  const { dir, remove } = await dataFolder()
  const server = await startServer(dir)
  const [customer, vendor] = [await server.customer(), await server.vendor()]
  const { body: order } = await customer.post<Order>('/api/orders', placeOrder(await server.service()))
  await vendor.set(order, 'accepted')
  Object.assign(context, { server, dir, remove, vendor, order })
  // sharp is loaded, so that its own memory is not measured.
  assert.is((await upload(server.app, vendor, order, await photo())).status, 201)
})
test.after(async ({ server, remove }) => {
  await server.end('SIGKILL')
  await remove()
})

/** Every file below the data folder, without those of the database. */
const stored = (dir: string): string[] =>
  readdirSync(join(dir, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()

/** Of the server's process, in MB. */
function memoryOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1000
}

/** The most memory that the server takes while `work` runs, beyond that before, in MB. */
async function growth({ pid }: TestServer, work: () => Promise<void>): Promise<number> {
  const before = memoryOf(pid)
  let [most, over] = [before, false]
  const watching = (async () => {
    while (!over) {
      most = Math.max(most, memoryOf(pid))
      await sleep(5)
    }
  })()
  await work().finally(() => (over = true))
  await watching
  return Math.round(most - before)
}

const refused = async ({ server, vendor, order }: Context, body: Buffer, sent: Sent = {}) => {
  const answer = await upload(server.app, vendor, order, body, sent)
  return [answer.status, answer.body.code]
}

test('a picture that is a script is refused, and what follows a picture is not stored', async (context) => {
  const { server, dir, vendor, order } = context
  const before = stored(dir)
  const script = '<script>alert(1)</script>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`
  for (const [body, type, ...expected] of [
    [svg, 'image/svg+xml', 415, 'unsupported_picture'],
    [svg, 'image/png', 415, 'unsupported_picture'],
    [`<!doctype html>${script}`, 'image/jpeg', 415, 'unsupported_picture'],
    [`GIF89a/*${script}*/`, 'image/jpeg', 415, 'unsupported_picture'],
    ['#!/bin/sh\nid', 'application/octet-stream', 415, 'unsupported_picture'],
    [`\xff\xd8\xff${script}`, 'image/jpeg', 422, 'broken_picture'],
  ] as const)
    assert.equal(await refused(context, Buffer.from(body, 'latin1'), { type }), expected, body)
  assert.equal(stored(dir), before)

  const polyglot = Buffer.concat([await photo(), Buffer.from(`<?php system('id') ?>${script}`)])
  const { id } = (await upload(server.app, vendor, order, polyglot, { name: 'x.php' })).body.file
  const response = await fetchFile(server.app, vendor, id)
  const bytes = Buffer.from(await response.arrayBuffer())
  assert.not.ok(bytes.includes('script') || bytes.includes('php'))
  const headers = ['content-type', 'x-content-type-options', 'content-security-policy']
  assert.equal(
    headers.map((name) => response.headers.get(name)),
    ['image/jpeg', 'nosniff', "default-src 'none'; sandbox"],
  )
  for (const path of stored(dir)) assert.not.ok(readFileSync(path).includes('<script>'), path)
})

/** Resolves to the status of an upload in chunks, or of the refusal that comes before its end. */
function stream(server: TestServer, { token }: Person, path: string, chunks: number, withLength: boolean) {
  const chunk = Buffer.alloc(1_000_000, 1)
  chunk.set([255, 216, 255])
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'image/jpeg',
    ...(withLength && { 'content-length': chunks * chunk.length }),
  }
  return new Promise<number | undefined>((resolve, reject) => {
    const request = httpRequest(`${server.app.http}${path}`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    let sent = 0
    const write = () => {
      while (sent++ < chunks) if (!request.write(chunk)) return void request.once('drain', write)
      request.end()
    }
    write()
  })
}

test('an upload of 200 MB is refused, with and without its length, and takes no memory', async ({
  server,
  dir,
  vendor,
  order,
}) => {
  const before = stored(dir)
  const path = `/api/orders/${order.id}/files`
  const one = await growth(server, async () => assert.is(await stream(server, vendor, path, 200, false), 413))
  assert.is(await stream(server, vendor, path, 200, true), 413)
  const eight = await growth(server, async () => {
    const statuses = await Promise.all(Array.from({ length: 8 }, () => stream(server, vendor, path, 200, false)))
    assert.equal(statuses, Array(8).fill(413))
  })
  figures('uploads of 200 MB', { 'MB of memory for one': one, 'MB for eight at a time': eight })
  assert.ok(one < 60 && eight < 150, `${one} MB, ${eight} MB`)
  assert.equal(stored(dir), before, 'nothing of it is left')
})

test('a PNG that is a bomb is refused without being decoded; the largest that is allowed takes bounded memory', async (context) => {
  const { server, vendor, order } = context
  const wide = bomb(20_000)
  assert.ok(wide.length < 100_000)
  const startedAt = performance.now()
  const refusing = await growth(server, async () => {
    for (let n = 0; n < 5; n++)
      assert.equal(await refused(context, wide, { type: 'image/png' }), [422, 'picture_too_large'])
  })
  const ms = Math.round((performance.now() - startedAt) / 5)
  const decoding = await growth(server, async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => upload(server.app, vendor, order, bomb(4000), { type: 'image/png' })),
    )
    assert.equal(
      answers.map(({ status }) => status),
      Array(6).fill(201),
    )
  })
  figures('PNG bombs', {
    'bytes of a bomb of 400 million pixels': wide.length,
    'ms to refuse it': ms,
    'MB of memory for five': refusing,
    'MB for six pictures of 16 million pixels at a time': decoding,
  })
  assert.ok(refusing < 30, `${refusing} MB`)
  assert.ok(decoding < 300, `${decoding} MB`)
})

test('a path in a file name or an id writes nothing elsewhere', async (context) => {
  const { server, dir, vendor, order } = context
  const body = await photo(40, 30)
  const names = [
    '../../../outside.jpg',
    '..\\..\\outside.jpg',
    '/etc/outside.jpg',
    'C:\\outside.jpg',
    'a/%2e%2e/outside.jpg',
  ]
  for (const name of names) {
    const { status, body: answer } = await upload(server.app, vendor, order, body, { name })
    assert.equal([status, answer.file.name], [201, 'outside.jpg'])
  }
  for (const id of ['../../outside', '..', 'a/b', 'a\0b', 'x'.repeat(65)])
    assert.equal(await refused(context, body, { id }), [400, 'invalid_request'], id)
  for (const path of ['..%2F..%2Fjwt-secret', '%2e%2e', '..%5cjwt-secret'])
    assert.ok([400, 404].includes((await vendor.get(`/api/files/${path}`)).status), path)
  assert.not.ok(existsSync(join(dir, 'outside.jpg')) || existsSync(join(dir, '..', 'outside.jpg')))
  for (const path of stored(dir)) assert.match(path, /\/files\/[\da-z]{2}\/[\da-z]{20}(-small)?$/)
})

test('the position, the device and the comment in EXIF data are in nothing that is stored or sent', async ({
  server,
  dir,
  vendor,
  order,
}) => {
  const original = await photo()
  const { exif } = await sharp(original).metadata()
  assert.ok(exif && original.includes('Phone') && original.includes('secret comment'))
  const { id } = (await upload(server.app, vendor, order, original)).body.file
  for (const size of ['full', 'small']) {
    const bytes = Buffer.from(await (await fetchFile(server.app, vendor, id, size)).arrayBuffer())
    const after = await sharp(bytes).metadata()
    assert.equal([after.exif, after.xmp, after.iptc, after.orientation], [undefined, undefined, undefined, undefined])
  }
  for (const path of stored(dir)) {
    const bytes = readFileSync(path)
    assert.not.ok(
      ['Exif', 'Phone', 'secret comment'].some((mark) => bytes.includes(mark)),
      path,
    )
  }
})

test.run()
