import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp, type Person, type TestApp } from '../../testing/app.ts'
import { StillClock } from '../../testing/clock.ts'
import type { Unchecked } from '../../testing/probe.ts'
import { bomb, photo, signature } from './testing/pictures.ts'
import { fetchFile, job, send, statusOf, storedIn, upload, type Sent } from './testing/uploads.ts'

const test = suite<{ app: TestApp; clock: StillClock }>('pictures of orders')

test.before(async (context) => {
  context.clock = new StillClock()
  context.app = await startApp({ clock: context.clock, env: { ACCESS_TOKEN_TTL: '9d' } })
})
test.after(({ app }) => app.stop())

test('a photo is upright, has no EXIF data, and is a fact of the order that its parties hear of', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const probe = await customer.connect()
  await probe.subscribe(`customers/${customer.id}/orders`)
  const original = await photo()
  assert.ok(original.includes('secret comment') && (await sharp(original).metadata()).exif)
  const { status, body } = await upload(app, vendor, order, original, { name: '../../etc/C:\\fakepath\\Boiler.jpg' })
  assert.is(status, 201)
  const { id, size, ...rest } = body.file
  assert.equal(rest, {
    kind: 'photo',
    name: 'Boiler.jpg',
    type: 'image/jpeg',
    // The camera was held upright: the pixels are turned, and nothing says so any more.
    width: 600,
    height: 800,
    by: { id: vendor.id, name: vendor.user.name, role: 'vendor' },
    at: body.file.at,
  })
  const heard = await probe.until(({ payload }) => payload.files?.length === 1)
  assert.equal(heard.payload.files, [body.file])
  assert.equal(heard.payload.history.at(-1).changed, [{ field: 'files', from: null, to: [body.file] }])

  const response = await fetchFile(app, customer, id)
  const bytes = Buffer.from(await response.arrayBuffer())
  assert.is(bytes.length, size)
  const { exif, icc, xmp, orientation, width } = await sharp(bytes).metadata()
  assert.equal([exif, icc, xmp, orientation, width], [undefined, undefined, undefined, undefined, 600])
  assert.not.ok(bytes.includes('secret') || bytes.includes('Phone'))
  const headers = ['content-type', 'content-disposition', 'x-content-type-options', 'cache-control']
  assert.equal(
    headers.map((name) => response.headers.get(name)),
    ['image/jpeg', `attachment; filename="${id}.jpg"`, 'nosniff', 'private, no-store'],
  )
  assert.is(response.headers.get('content-security-policy'), "default-src 'none'; sandbox")
  const small = Buffer.from(await (await fetchFile(app, customer, id, 'small')).arrayBuffer())
  assert.equal([(await sharp(small).metadata()).height, (await sharp(small).metadata()).exif], [480, undefined])
  await probe.end()
})

test('a file is seen by those who see the whole order, and by no one else', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const [other, stranger] = [await app.vendor(), await app.customer()]
  const { id } = (await upload(app, vendor, order, await photo())).body.file
  const token = async (scope: string, contact?: boolean) => ({
    token: (await app.admin.post('/api/tokens', { name: 'x', scope, ...(contact !== undefined && { contact }) })).body
      .secret,
  })
  const device = await vendor.device()
  for (const person of [
    customer,
    vendor,
    app.admin,
    device,
    await token('integration'),
    await token('dashboard', true),
  ])
    assert.is(await statusOf(app, person, id), 200)
  for (const person of [other, stranger, await token('dashboard', false), await other.device()])
    assert.is(await statusOf(app, person, id), 404)
  assert.is((await fetch(`${app.http}/api/files/${id}`)).status, 401)
  for (const person of [other, stranger]) {
    const refused = await upload(app, person, order, await photo())
    assert.equal([refused.status, refused.body.code], [404, 'not_found'])
  }
  assert.is((await upload(app, device, order, await photo())).status, 201)
  const display = await token('dashboard', false)
  const shown = await app.call('GET', `/api/orders/${order.id}`, undefined, {
    authorization: `Bearer ${display.token}`,
  })
  assert.is(shown.body.files, undefined)
  assert.equal(shown.body.history.at(-1).changed, [{ field: 'files', from: null, to: null }])

  // The vendor who gave the job away sees it as an offer, without files.
  await vendor.set(order, 'pending', { reason: 'Flat tyre' })
  assert.is(await statusOf(app, vendor, id), 404)
  const offer = (await other.get(`/api/orders/${order.id}`)).body
  assert.equal([offer.files, JSON.stringify(offer).includes(id)], [undefined, false])
  const offered = await upload(app, other, order, await photo())
  assert.equal([offered.status, offered.body.code], [404, 'not_found'])
  assert.is(await statusOf(app, customer, id), 200)
})

test('what is no picture, too large or a bomb is refused, and nothing of it is stored', async ({ app }) => {
  const { vendor, order } = await job(app)
  const before = await storedIn(app)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  const refusals: [body: Buffer, sent: Sent, status: number, code: string][] = [
    [Buffer.from(svg), { type: 'image/svg+xml' }, 415, 'unsupported_picture'],
    [Buffer.from(svg), { type: 'image/png' }, 415, 'unsupported_picture'],
    [Buffer.from('<script>alert(1)</script>'), {}, 415, 'unsupported_picture'],
    [Buffer.from('GIF89a<script>'), { type: 'application/octet-stream' }, 415, 'unsupported_picture'],
    [Buffer.from('%PDF-1.7'), {}, 415, 'unsupported_picture'],
    [Buffer.concat([Buffer.from([255, 216, 255]), Buffer.from(svg)]), {}, 422, 'broken_picture'],
    [(await photo()).subarray(0, 900), {}, 422, 'broken_picture'],
    [bomb(20_000), { type: 'image/png' }, 422, 'picture_too_large'],
    [Buffer.alloc(0), {}, 400, 'invalid_request'],
    [Buffer.alloc(10_000_001), {}, 413, 'too_large'],
    [Buffer.from('{}'), { type: 'application/json' }, 415, 'unsupported_picture'],
  ]
  for (const [body, sent, status, code] of refusals) {
    const answer = await upload(app, vendor, order, body, sent)
    assert.equal([answer.status, answer.body.code], [status, code], body.toString('latin1', 0, 12))
  }
  const wrong = await upload(app, vendor, order, await photo(), { kind: 'script' })
  assert.equal([wrong.status, wrong.body.code], [400, 'invalid_request'])
  assert.equal(await storedIn(app), before)
  assert.is((await vendor.get(`/api/orders/${order.id}`)).body.files, undefined)
  assert.equal(await readdir(join(app.dataDir, 'files', 'received')), [], 'no temporary file stays')

  // What follows a picture, such as a script for a server that would run it, is not part of what is stored.
  const polyglot = Buffer.concat([await photo(), Buffer.from('<?php echo 1; ?><script>alert(1)</script>')])
  const { id } = (await upload(app, vendor, order, polyglot, { name: 'x.php' })).body.file
  const response = await fetchFile(app, vendor, id)
  assert.not.ok(Buffer.from(await response.arrayBuffer()).includes('script'))
  assert.is(response.headers.get('content-type'), 'image/jpeg')
})

test('a repetition with the same id stores nothing twice; of another person or order it is refused', async ({
  app,
}) => {
  const { customer, vendor, order } = await job(app)
  const [id, body] = ['11111111-aaaa-4bbb-8ccc-222222222222', await photo()]
  const answers = await Promise.all([1, 2, 3].map(() => upload(app, vendor, order, body, { id })))
  assert.equal(answers.map(({ status }) => status).toSorted(), [200, 200, 201])
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer.body))).size, 1)
  const current = (await vendor.get(`/api/orders/${order.id}`)).body
  assert.equal([current.files.length, current.version], [1, 3])
  for (const [person, other] of [
    [customer, order],
    [vendor, (await job(app)).order],
  ] as const) {
    const answer = await upload(app, person, other, body, { id })
    assert.ok(answer.status === 422 || answer.status === 404, String(answer.status))
  }
  assert.is((await upload(app, vendor, order, body, { id, kind: 'signature' })).body.code, 'idempotency_mismatch')
})

test('an order has at most 20 files, and takes them until a day after its end', async ({ app, clock }) => {
  const { vendor, order } = await job(app)
  const body = await photo(40, 30)
  for (let n = 0; n < 20; n++) assert.is((await upload(app, vendor, order, body)).status, 201)
  const full = await upload(app, vendor, order, body)
  assert.equal([full.status, full.body.code], [422, 'file_limit'])
  const stored = JSON.stringify((await vendor.get(`/api/orders/${order.id}`)).body)
  assert.ok(stored.length < 32_768, `${stored.length} bytes fit into a message`)

  const { order: second, vendor: other } = await job(app)
  await other.set(second, 'on_the_way')
  await other.set(second, 'failed', { reason: 'No one was there' })
  assert.is((await upload(app, other, second, body)).status, 201)
  clock.advance(24 * 3_600_000)
  const late = await upload(app, other, second, body)
  assert.equal([late.status, late.body.code], [409, 'files_closed'])
})

test('a signature is a PNG; an admin deletes a file from the order, the storage and its address', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const { file } = (await upload(app, vendor, order, await signature(), { kind: 'signature', type: 'image/png' })).body
  assert.equal([file.kind, file.type], ['signature', 'image/png'])
  const before = await storedIn(app)
  assert.is((await customer.call('DELETE', `/api/files/${file.id}`)).status, 403)
  assert.is((await app.admin.call('DELETE', `/api/files/${file.id}`)).status, 204)
  assert.is((await app.admin.call('DELETE', `/api/files/${file.id}`)).status, 404)
  const { files, history } = (await vendor.get(`/api/orders/${order.id}`)).body
  assert.is(files, undefined)
  assert.equal(history.at(-1).changed, [{ field: 'files', from: [file], to: null }])
  assert.is(await statusOf(app, vendor, file.id), 404)
  assert.is((await storedIn(app)).length, before.length - 2)
  const { entries } = (await app.admin.get('/api/audit')).body
  const deleted = entries.filter(({ action }: Unchecked) => action === 'file deleted')
  assert.equal(
    deleted.map(({ details }: Unchecked) => details.file),
    [file.id],
  )
})

test('pictures of messages reach the parties of the message; those of notes never the customer', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const body = await photo(40, 30)
  const picture = async (person: Person): Promise<string> =>
    (await upload(app, person, order, body, { kind: 'message' })).body.file.id
  const post = (person: Person, more: object) => person.post(`/api/orders/${order.id}/messages`, { text: '', ...more })
  const open = await picture(vendor)
  assert.is(await statusOf(app, customer, open), 404, 'not sent yet')
  assert.is(await statusOf(app, vendor, open), 200)
  const stolen = await post(customer, { files: [open] })
  assert.equal([stolen.status, stolen.body.code], [422, 'unknown_file'])
  assert.is((await post(vendor, {})).status, 400, 'neither text nor files')
  const sent = await post(vendor, { files: [open], id: 'm1' })
  assert.equal([sent.status, sent.body.files[0].id, sent.body.text], [201, open, ''])
  assert.is((await post(vendor, { files: [open], id: 'm1' })).status, 200)
  assert.is((await post(vendor, { files: [open], id: 'm2' })).body.code, 'unknown_file')
  assert.is(await statusOf(app, customer, open), 200)
  const internal = await picture(app.admin)
  assert.is((await post(app.admin, { files: [internal], internal: true })).status, 201)
  assert.equal([await statusOf(app, vendor, internal), await statusOf(app, customer, internal)], [200, 404])
  const listed = (await customer.get(`/api/orders/${order.id}/messages`)).body.messages
  assert.equal(
    listed.map(({ files }: Unchecked) => files?.length),
    [1],
  )
  assert.is((await customer.get(`/api/orders/${order.id}`)).body.files, undefined)
})

test('a service has a picture that every signed-in person sees, with what it shows', async ({ app }) => {
  const [service] = await app.services()
  assert.ok(service)
  const path = `/api/services/${service.id}/picture`
  const stranger = await app.customer()
  assert.is((await send(app, stranger.token, path, await photo())).status, 403)
  const give = (alt: string) =>
    photo().then((body) =>
      fetch(`${app.http}${path}?alt=${encodeURIComponent(alt)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.admin.token}`, 'content-type': 'image/jpeg' },
        body: Buffer.from(body),
      }).then((response): Promise<Unchecked> => response.json()),
    )
  const first = await give('A boiler')
  assert.is(first.picture.alt, 'A boiler')
  const second = await give('A new boiler')
  assert.is(await statusOf(app, stranger, first.picture.fileId), 404, 'the one before is gone')
  const response = await fetchFile(app, stranger, second.picture.fileId, 'small')
  assert.equal([response.status, response.headers.get('cache-control')], [200, 'private, max-age=86400, immutable'])
  await response.arrayBuffer()
  const listed = (await stranger.get('/api/services')).body.services.find(({ id }: Unchecked) => id === service.id)
  assert.equal(listed.picture, { fileId: second.picture.fileId, alt: 'A new boiler' })
  assert.is((await app.admin.call('DELETE', `/api/files/${second.picture.fileId}`)).status, 204)
  assert.is((await app.services()).find(({ id }) => id === service.id)?.picture, undefined)
})

test('the holder of a tracking link sees the files of that order, and sends what the settings allow', async ({
  app,
}) => {
  const { customer, vendor, order } = await job(app)
  const other = await app.order(customer)
  const body = await photo(40, 30)
  const linkTo = async ({ id }: { id: string }) => ({
    token: (await customer.post(`/api/orders/${id}/tracking`)).body.token,
  })
  const [holder, another] = [await linkTo(order), await linkTo(other)]
  const allow = (more: object) =>
    app.admin.call('PUT', '/api/tracking/settings', { change: true, cancel: true, message: true, rate: true, ...more })
  await allow({})
  const { id } = (await upload(app, vendor, order, body)).body.file
  assert.equal([await statusOf(app, holder, id), await statusOf(app, another, id)], [200, 404])
  for (const kind of ['photo', 'message']) {
    assert.is((await upload(app, holder, order, body, { kind })).status, 201)
    assert.is((await upload(app, another, order, body, { kind })).status, 404)
  }
  await allow({ change: false, message: false })
  for (const kind of ['photo', 'signature', 'message']) {
    const refused = await upload(app, holder, order, body, { kind })
    assert.equal([refused.status, refused.body.code], [403, 'forbidden'], kind)
  }
  assert.is(await statusOf(app, holder, id), 200)
  await allow({})
})

test('files are in the export of a person, and go with the person', async ({ app }) => {
  const { customer, vendor, order } = await job(app)
  const { id } = (await upload(app, vendor, order, await photo())).body.file
  await vendor.set(order, 'on_the_way')
  await vendor.set(order, 'in_progress')
  await vendor.set(order, 'completed')
  const exported = (await customer.get('/api/account/export')).body
  assert.equal(
    exported.files.map((file: Unchecked) => [file.id, file.orderId, file.url]),
    [[id, order.id, `/api/files/${id}`]],
  )
  const before = await storedIn(app)
  assert.is((await customer.post('/api/account/erase', { password: app.password })).status, 202)
  for (;;) {
    const current = (await app.admin.get(`/api/orders/${order.id}`)).body
    const gone = !current.files && (await statusOf(app, app.admin, id)) === 404
    // The bytes go after the record.
    if (gone && (await storedIn(app)).length <= before.length - 2) break
    await new Promise(setImmediate)
  }
  assert.is((await storedIn(app)).length, before.length - 2)
  const { history } = (await app.admin.get(`/api/orders/${order.id}`)).body
  const changes = history.flatMap(({ changed }: Unchecked) => changed ?? [])
  assert.equal(changes, [{ field: 'files', from: null, to: null }])
})

test.run()
