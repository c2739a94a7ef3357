import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startApp } from '../../testing/app.ts'

const test = suite('tiles of the maps')

test('the file map.pmtiles in DATA_DIR is served by ranges, once it is there', async () => {
  const app = await startApp()
  try {
    assert.equal((await app.admin.get('/api/map')).body, { tiles: null })
    assert.is((await fetch(`${app.http}/tiles/map.pmtiles`)).status, 404)
    writeFileSync(join(app.dataDir, 'map.pmtiles'), 'PMTiles0123456789')
    const { tiles } = (await app.admin.get('/api/map')).body
    assert.equal(tiles, { kind: 'pmtiles', url: '/tiles/map.pmtiles', attribution: '© OpenStreetMap contributors' })
    const part = await fetch(`${app.http}/tiles/map.pmtiles`, { headers: { Range: 'bytes=7-9' } })
    assert.is(part.status, 206)
    assert.is(part.headers.get('Content-Range'), 'bytes 7-9/17')
    assert.is(await part.text(), '012')
    assert.match(part.headers.get('Content-Security-Policy') ?? '', /connect-src 'self';/)
  } finally {
    await app.stop()
  }
})

for (const [url, kind] of [
  ['https://tiles.example.com/{z}/{x}/{y}.png', 'raster'],
  ['https://tiles.example.com/planet.pmtiles', 'pmtiles'],
  ['https://tiles.example.com/style.json?key=1', 'style'],
] as const) {
  test(`TILES_URL ${url} is of the kind ${kind}, and pages may load it`, async () => {
    const app = await startApp({ env: { TILES_URL: url, TILES_ATTRIBUTION: '© Example' } })
    try {
      assert.equal((await app.admin.get('/api/map')).body, { tiles: { kind, url, attribution: '© Example' } })
      const policy = (await fetch(`${app.http}/`)).headers.get('Content-Security-Policy') ?? ''
      assert.match(policy, /connect-src 'self' https:\/\/tiles\.example\.com;/)
      assert.match(policy, /img-src 'self' data: blob: https:\/\/tiles\.example\.com;/)
    } finally {
      await app.stop()
    }
  })
}

test.run()
