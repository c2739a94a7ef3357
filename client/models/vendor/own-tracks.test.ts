import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ownTracksLink, ownTracksSettings } from './own-tracks.ts'

const access = { host: 'callout.test', port: 1883, tlsPort: null, name: 'Van 7 – Süd', token: 'dev_1.abc' }

test('the link has the settings as base64 of their JSON, as OwnTracks reads them', () => {
  const inline = new URL(ownTracksLink(access)).searchParams.get('inline') ?? ''
  const settings = JSON.parse(atob(inline))
  assert.equal(settings, ownTracksSettings(access))
  assert.equal(
    [settings._type, settings.mode, settings.host, settings.port, settings.tls, settings.auth, settings.password],
    ['configuration', 0, 'callout.test', 1883, false, true, 'dev_1.abc'],
  )
  assert.equal([settings.deviceId, settings.sub], ['van-7-s-d', false])
})

test('where there is MQTT over TLS the app uses it', () => {
  const { port, tls } = ownTracksSettings({ ...access, tlsPort: 8883 })
  assert.equal([port, tls], [8883, true])
})

test.run()
