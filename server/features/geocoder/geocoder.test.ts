import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../config/config.ts'
import { startApp } from '../../testing/app.ts'
import { startGeocoder } from '../../testing/geocoder.ts'
import { addressFor } from './geocoder.ts'
import { placesOf } from './read-places.ts'

const test = suite('geocoder')

const nominatim = {
  lat: '52.5163',
  lon: '13.3777',
  display_name: '9, Lindenstraße, Mitte, Berlin, 10969, Deutschland',
  address: { road: 'Lindenstraße', house_number: '9', suburb: 'Mitte', city: 'Berlin', postcode: '10969' },
}
const place = { address: 'Lindenstraße 9, 10969 Berlin', area: 'Mitte', lat: 52.5163, lng: 13.3777 }

test('the answers of Nominatim and Photon become places; what is none is left out', () => {
  assert.equal(placesOf([nominatim, nominatim, { lat: 'north' }, null]), [place])
  assert.equal(placesOf(nominatim), [place])
  assert.equal(placesOf({ error: 'Unable to geocode' }), [])
  const { address, display_name: _name, ...rest } = nominatim
  assert.equal(placesOf([{ ...rest, display_name: 'Brandenburger Tor, Berlin' }]), [
    { address: 'Brandenburger Tor, Berlin', lat: 52.5163, lng: 13.3777 },
  ])
  const properties = {
    street: 'Lindenstraße',
    housenumber: '9',
    district: 'Mitte',
    city: 'Berlin',
    postcode: '10969',
    osm_id: 7,
  }
  const photon = { type: 'Feature', geometry: { type: 'Point', coordinates: [13.3777, 52.5163] }, properties }
  assert.equal(placesOf({ type: 'FeatureCollection', features: [photon] }), [place])
  const geojson = { ...photon, properties: { display_name: 'x', address } }
  assert.equal(placesOf({ type: 'FeatureCollection', features: [geojson] }), [place])
  assert.throws(() => placesOf('busy'))
})

test('a position is searched for beside the address of the search', () => {
  const position = { lat: 52.5163041, lng: 13.4 }
  assert.is(
    addressFor('https://n.test/search?format=jsonv2&limit=5&q={q}', position),
    'https://n.test/reverse?format=jsonv2&lat=52.5163&lon=13.4',
  )
  assert.is(addressFor('https://p.test/x/api?q={q}', position), 'https://p.test/x/reverse?lat=52.5163&lon=13.4')
  assert.is(addressFor('https://other.test/find/{q}', position), null)
  assert.is(addressFor('https://n.test/search?q={q}', { q: ' 1  Ä&b ' }), 'https://n.test/search?q=1%20%C3%84%26b')
})

test('a customer and an admin find addresses; an equal question is asked once', async () => {
  const geocoder = await startGeocoder((url) => (url.pathname === '/reverse' ? nominatim : [nominatim]))
  const app = await startApp({ env: { GEOCODER_URL: geocoder.url } })
  const [customer, vendor] = [await app.customer(), await app.vendor()]
  const found = { available: true, places: [place] }
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => customer.get('/api/geocode?q=Lindenstra%C3%9Fe%209')),
  )
  for (const { status, body } of answers) assert.equal([status, body], [200, found])
  assert.equal((await app.admin.get('/api/geocode?q=Lindenstra%C3%9Fe%20%209')).body, found)
  assert.equal(
    geocoder.requests.map(({ pathname, searchParams }) => [pathname, searchParams.get('q')]),
    [['/search', 'Lindenstraße 9']],
  )
  assert.equal((await customer.get('/api/geocode?lat=52.5163&lng=13.3777')).body, found)
  assert.equal(geocoder.requests.at(-1)?.pathname, '/reverse')
  assert.is((await vendor.get('/api/geocode?q=x')).status, 403)
  for (const query of ['', 'q=', 'lat=1', 'q=x&lat=1&lng=1', 'lat=91&lng=0', 'lat=x&lng=0', 'q=x&url=http://x'])
    assert.is((await customer.get(`/api/geocode?${query}`)).status, 400, query)
  await app.stop()
  await geocoder.stop()
})

test('a service that fails, babbles or never answers is no fault of this server, and no more than eight wait for it', async () => {
  const answers: Record<string, unknown> = { fails: 500, text: 'no JSON', large: 'x'.repeat(600 * 1024) }
  const geocoder = await startGeocoder((url) => answers[url.searchParams.get('q') ?? ''])
  const app = await startApp({ env: { GEOCODER_URL: geocoder.url } })
  const customer = await app.customer()
  for (const q of Object.keys(answers)) {
    const { status, body } = await customer.get(`/api/geocode?q=${q}`)
    assert.equal([status, body.code], [503, 'unavailable'], q)
  }
  const slow = Array.from({ length: 12 }, (_, n) => customer.get(`/api/geocode?q=never${n}`))
  assert.equal(
    (await Promise.all(slow)).map(({ status }) => status),
    slow.map(() => 503),
  )
  assert.is(geocoder.requests.length, 3 + 8)
  await app.stop()
  await geocoder.stop()
})

test('without a geocoder nothing is found, and one without a place for the address is refused', async () => {
  const app = await startApp()
  assert.equal((await app.admin.get('/api/geocode?q=Lindenstr')).body, { available: false, places: [] })
  await app.stop()
  assert.throws(() => readConfig({ GEOCODER_URL: 'https://n.test/search' }), /GEOCODER_URL: A URL with \{q\}/)
  assert.throws(() => readConfig({ GEOCODER_URL: 'file:///{q}' }), /GEOCODER_URL: Not a URL/)
})

test.run()
