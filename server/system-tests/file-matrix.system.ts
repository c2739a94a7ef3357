import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NewApiToken } from '#shared/api-tokens.ts'
import { photo, signature } from '../features/files/testing/pictures.ts'
import { statusOf, upload } from '../features/files/testing/uploads.ts'
import { Person, startApp, type TestApp } from '../testing/app.ts'
import type { Probe, Unchecked } from '../testing/probe.ts'
import { figures } from './lib/report.ts'

const test = suite<{ app: TestApp }>('the permission matrix of files')

test.before(async (context) => {
  context.app = await startApp()
})
test.after(({ app }) => app.stop())

/** What a picture belongs to. `unsent`: to a message of Ana's that is not written yet. */
const files = {
  photo: 'Markfile-photo',
  signature: 'Markfile-signature',
  message: 'Markfile-message',
  unsent: 'Markfile-unsent',
  note: 'Markfile-note',
} as const
type File = keyof typeof files | 'catalogue'
type Holder = 'ana' | 'ben' | null

/** The contract: who sees a file while `holder` has the job. */
function maySee(viewer: string, file: File, holder: Holder): boolean {
  if (file === 'catalogue') return !viewer.startsWith('link')
  if (file === 'unsent') return holder === 'ana' && viewer.endsWith('ana')
  if (['admin', 'integration', 'dashboard'].includes(viewer)) return true
  if (['mia', 'link'].includes(viewer)) return file !== 'note'
  return holder !== null && (viewer === holder || viewer === `device of ${holder}`)
}

test('each role, device, token and link sees the files of its orders, by each address and in no other answer', async ({
  app,
}) => {
  const [mia, tom] = [await app.customer('Mia'), await app.customer('Tom')]
  const [ana, ben, eve] = [await app.vendor('Ana'), await app.vendor('Ben'), await app.vendor('Eve')]
  const as = (token: string, user = mia.user) => new Person(app, { user, accessToken: token, expiresIn: Infinity })
  const program = async (scope: object) =>
    as(NewApiToken.parse((await app.admin.post('/api/tokens', { name: 'x', ...scope })).body).secret, app.admin.user)
  const [order, other] = [await app.order(mia), await app.order(mia)]
  const right = { change: true, cancel: true, message: true, rate: true }
  await app.admin.call('PUT', '/api/tracking/settings', right)
  const linkTo = async (id: string) => as((await mia.post(`/api/orders/${id}/tracking`)).body.token)
  const devices = { ana: await ana.device(), ben: await ben.device() }
  const viewers: Record<string, Person> = {
    mia,
    tom,
    ana,
    ben,
    eve,
    admin: app.admin,
    'device of ana': as(devices.ana.token, ana.user),
    'device of ben': as(devices.ben.token, ben.user),
    dashboard: await program({ scope: 'dashboard' }),
    display: await program({ scope: 'dashboard', contact: false }),
    integration: await program({ scope: 'integration' }),
    link: await linkTo(order.id),
    'link to another': await linkTo(other.id),
  }
  const strangers = ['tom', 'ben', 'eve', 'display', 'link to another', 'device of ben']

  const live: [string, Probe][] = []
  for (const [name, filters] of [
    ['tom', [`customers/${tom.id}/orders`]],
    ['eve', ['orders/new', 'orders/update']],
    ['display', ['orders/new', 'orders/update', 'alerts/#']],
    ['link to another', [`customers/${mia.id}/orders`]],
  ] as const) {
    const probe =
      name === 'link to another' ? await as(viewers[name]?.token ?? '').connect() : await viewers[name]?.connect()
    if (!probe) continue
    for (const filter of filters) assert.is(await probe.subscribe(filter), 1, `${name} ${filter}`)
    live.push([name, probe])
  }
  const since = (await app.admin.get('/api/orders?limit=1')).body.syncCursor

  await eve.set(order, 'rejected', { reason: 'Too far' })
  await ana.set(order, 'accepted')
  const body = await photo(60, 40)
  const add = async (person: Person, kind: string, id: string) =>
    assert.is(
      (await upload(app, person, order, kind === 'signature' ? await signature() : body, { kind, id })).status,
      201,
    )
  await add(ana, 'photo', files.photo)
  await add(ana, 'signature', files.signature)
  for (const id of [files.message, files.unsent, files.note]) await add(ana, 'message', id)
  const write = (more: object) => ana.post(`/api/orders/${order.id}/messages`, { text: '', ...more })
  assert.is((await write({ files: [files.message] })).status, 201)
  assert.is((await write({ files: [files.note], internal: true })).status, 201)
  const [service] = await app.services()
  const picture = await fetch(`${app.http}/api/services/${service?.id}/picture?alt=x`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.admin.token}`, 'content-type': 'image/jpeg' },
    body: new Uint8Array(body),
  })
  const { picture: catalogue }: Unchecked = await picture.json()
  const all: [File, string][] = [
    ['catalogue', catalogue.fileId],
    ['photo', files.photo],
    ['signature', files.signature],
  ]
  for (const name of ['message', 'unsent', 'note'] as const) all.push([name, files[name]])

  let [checked, seen] = [0, 0]
  async function check(phase: string, holder: Holder) {
    for (const [viewer, person] of Object.entries(viewers)) {
      for (const [file, id] of all)
        for (const size of ['full', 'small']) {
          const expected = maySee(viewer, file, holder)
          assert.is(
            await statusOf(app, person, id, size),
            expected ? 200 : 404,
            `${phase}: ${viewer}, ${file}, ${size}`,
          )
          checked++
          seen += Number(expected)
        }
      const mayDelete = ['admin', 'integration'].includes(viewer)
      if (!mayDelete) assert.is((await person.call('DELETE', `/api/files/${files.photo}`)).status, 403, viewer)
      // Where the picture of another person may not be seen, none can be added either.
      if (!maySee(viewer, 'photo', holder) && viewer !== 'display') {
        const refused = await upload(app, person, order, body)
        assert.is(refused.status, 404, `${phase}: ${viewer}`)
      }
    }
    for (const viewer of strangers) {
      if (viewer === holder || viewer === `device of ${holder}`) continue
      for (const path of [
        '/orders?limit=200',
        `/orders?since=${since}`,
        `/orders/${order.id}`,
        `/orders?q=${order.number}`,
      ]) {
        const answer = await viewers[viewer]?.get(`/api${path}`)
        assert.not.match(JSON.stringify(answer?.body ?? null), 'Markfile', `${phase}: ${viewer} ${path}`)
      }
      const messages = await viewers[viewer]?.get(`/api/orders/${order.id}/messages`)
      assert.ok([403, 404].includes(messages?.status ?? 0), `${phase}: ${viewer}`)
    }
    const csv = await viewers.display?.get('/api/orders/export.csv')
    assert.not.match(String(csv?.body), 'Markfile')
  }

  await check('Ana has it', 'ana')
  await ana.set(order, 'pending', { reason: 'Flat tyre' })
  await check('no vendor has it', null)
  await ben.set(order, 'accepted')
  await check('Ben has it', 'ben')
  await ben.set(order, 'on_the_way')
  await ben.set(order, 'in_progress')
  await ben.set(order, 'completed')
  await check('Ben has completed it', 'ben')

  for (const [viewer, allowed] of [
    ['mia', [files.photo, files.signature, files.message]],
    ['tom', []],
    ['ben', []],
    ['ana', Object.values(files)],
  ] as const) {
    const { files: exported } = (await viewers[viewer]?.get('/api/account/export'))?.body ?? {}
    assert.equal((exported ?? []).map(({ id }: Unchecked) => id).toSorted(), allowed.toSorted(), `export of ${viewer}`)
  }
  assert.is((await fetch(`${app.http}/api/files/${files.photo}`)).status, 401)

  await app.drain()
  for (const [name, probe] of live) {
    await probe.subscribe('nothing/at/all')
    assert.not.match(JSON.stringify(probe.messages), 'Markfile', `live: ${name}`)
    await probe.end()
  }
  const late = await viewers.display?.connect()
  for (const filter of ['orders/new', 'orders/update']) await late?.subscribe(filter)
  await late?.subscribe('nothing/at/all')
  assert.not.match(JSON.stringify(late?.messages), 'Markfile', 'retained')
  await late?.end()
  assert.match(JSON.stringify((await app.admin.get(`/api/orders/${order.id}`)).body), 'Markfile')
  figures('files', { viewers: Object.keys(viewers).length, checked, seen })
})

test.run()
