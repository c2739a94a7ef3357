import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../config/config.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { startApp } from '../../testing/app.ts'
import { createDiskStorage } from './disk-storage.ts'
import { createStorage } from './create-storage.ts'
import type { FileStorage } from './storage.ts'
import { startBucket } from './testing/bucket.ts'
import { photo } from './testing/pictures.ts'
import { fetchFile, job, statusOf, upload } from './testing/uploads.ts'

const test = suite<{ bucket: Awaited<ReturnType<typeof startBucket>>; folder: string }>('storage of files')

test.before(async (context) => {
  context.bucket = await startBucket()
  context.folder = await mkdtemp(join(tmpdir(), 'callout-storage-'))
})
test.after(async ({ bucket, folder }) => {
  await bucket.stop()
  await rm(folder, { recursive: true, force: true })
})

const inBucket = (url: string, folder: string): FileStorage => {
  const { filesBucket } = readConfig({ FILES_URL: url })
  assert.ok(filesBucket)
  return createStorage({ filesFolder: folder, filesBucket })
}

async function contentOf(storage: FileStorage, key: string): Promise<Buffer | null> {
  const bytes = await storage.open(key)
  if (!bytes) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function keysIn(storage: FileStorage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key, at } of storage.keys()) {
    assert.ok(Math.abs(at - Date.now()) < 60_000, `${key} was written at ${at}`)
    keys.push(key)
  }
  return keys.toSorted()
}

async function check(storage: FileStorage): Promise<void> {
  const large = Buffer.alloc(3_000_000, 'picture')
  assert.equal(await keysIn(storage), [])
  await storage.put('ab01', large)
  await storage.put('ab01-small', Buffer.from('small'))
  assert.ok((await contentOf(storage, 'ab01'))?.equals(large))
  assert.equal(await contentOf(storage, 'ab01-small'), Buffer.from('small'))
  assert.is(await contentOf(storage, 'ab02'), null)
  await storage.put('ab01-small', Buffer.from('again'))
  assert.equal(await contentOf(storage, 'ab01-small'), Buffer.from('again'))
  assert.equal(await keysIn(storage), ['ab01', 'ab01-small'])
  await storage.remove('ab01')
  await storage.remove('ab01')
  assert.is(await contentOf(storage, 'ab01'), null)
  assert.equal(await keysIn(storage), ['ab01-small'])
  await storage.remove('ab01-small')
}

test('a folder keeps files', ({ folder }) => check(createDiskStorage(join(folder, 'files'))))

test('a bucket keeps files, also below a name of its own, beside which others are left alone', async ({
  bucket,
  folder,
}) => {
  const whole = inBucket(bucket.url, folder)
  await check(whole)
  await whole.put('cd01', Buffer.from('x'))
  await check(inBucket(bucket.urlWith('S3RVER', 'pictures/shop/berlin/'), folder))
  assert.equal(await keysIn(whole), ['cd01'])
  await whole.remove('cd01')
})

test('a bucket lists more files than one answer has', async ({ bucket, folder }) => {
  const storage = inBucket(bucket.urlWith('S3RVER', 'pictures/many'), folder)
  const keys = Array.from({ length: 1050 }, (_, n) => `k${String(n).padStart(4, '0')}`)
  for (let n = 0; n < keys.length; n += 50)
    await Promise.all(keys.slice(n, n + 50).map((key) => storage.put(key, Buffer.from('x'))))
  assert.equal(await keysIn(storage), keys)
})

test('a wrong secret, a bucket that does not exist and a storage that is away make uploads unavailable', async ({
  bucket,
  folder,
}) => {
  const other = await startBucket()
  await other.stop()
  for (const [url, reason] of [
    [bucket.urlWith('wrong'), /answers 403 SignatureDoesNotMatch/],
    [bucket.urlWith('S3RVER', 'nothing'), /answers 404 NoSuchBucket/],
    [other.url, /does not answer/],
  ] as const) {
    const error: unknown = await inBucket(url, folder)
      .put('x', Buffer.from('x'))
      .catch((caught: unknown) => caught)
    assert.ok(error instanceof UnavailableError, `${url}: ${String(error)}`)
    assert.match(error.message, reason)
    assert.not.match(error.message, /wrong|S3RVER/)
  }
})

test('a server with FILES_URL keeps its pictures there, and answers 503 while it is away', async () => {
  const bucket = await startBucket()
  const app = await startApp({ env: { FILES_URL: bucket.url } })
  const storage = inBucket(bucket.url, app.dataDir)
  const { vendor, order } = await job(app)
  const { status, body } = await upload(app, vendor, order, await photo())
  assert.is(status, 201)
  const { id, size } = body.file
  assert.is((await keysIn(storage)).length, 2)
  const response = await fetchFile(app, vendor, id)
  assert.is((await response.arrayBuffer()).byteLength, size)
  assert.is(await statusOf(app, vendor, id, 'small'), 200)
  assert.is((await app.admin.call('DELETE', `/api/files/${id}`)).status, 204)
  assert.equal(await keysIn(storage), [])
  const second = (await upload(app, vendor, order, await photo())).body.file
  await bucket.close()
  assert.is(await statusOf(app, vendor, second.id), 503)
  const refused = await upload(app, vendor, order, await photo())
  assert.equal([refused.status, refused.body.code], [503, 'unavailable'])
  assert.is((await vendor.get(`/api/orders/${order.id}`)).body.files.length, 1)
  await app.stop()
  await bucket.stop()
})

test('FILES_URL names a bucket with its credentials, or the start says what is wrong', () => {
  const read = (url: string) => readConfig({ FILES_URL: url }).filesBucket
  assert.equal(read('s3://KEY:se%2Fcret@s3.eu.example.com/shop/pictures?region=eu-central-1'), {
    url: 'https://s3.eu.example.com/shop/pictures/',
    accessKeyId: 'KEY',
    secretAccessKey: 'se/cret',
    region: 'eu-central-1',
  })
  assert.is(readConfig({}).filesBucket, null)
  for (const url of ['https://a:b@c/d', 's3://c/d', 's3://a:b@c', 's3://a:b@c/d?tls=no', 's3://a:b@c/d?zone=x', 's3'])
    assert.throws(() => read(url), /FILES_URL: Not s3:/, url)
})

test.run()
