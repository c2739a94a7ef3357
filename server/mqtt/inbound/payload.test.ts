import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { acceptedSchemas, type InboundTopic } from '#shared/topics.ts'
import { readPayload } from './payload.ts'

const read = (topic: InboundTopic, payload: string) =>
  readPayload<unknown>(acceptedSchemas[topic], Buffer.from(payload))

function reads(topic: InboundTopic, expected: object, payloads: readonly unknown[]) {
  for (const payload of payloads) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    assert.equal(read(topic, text), { value: expected, wrong: null }, text)
  }
}

test('a status is read in any case, with NUL or white space around it, as a word, a JSON string or an object', () => {
  const words = [
    'online',
    'ONLINE',
    ' Online\r\n',
    'online\0',
    'online\0\0\n',
    '\uFEFFonline',
    '"online"',
    '"Online"\0',
  ]
  reads('vendorStatus', { status: 'online' }, words)
  reads('vendorStatus', { status: 'online' }, [
    { status: 'online', battery: 93, vendorId: 'x' },
    { Status: 'ONLINE' },
    { STATUS: ' online ' },
    JSON.stringify(JSON.stringify({ status: 'online' })),
    '{"status":"online"}\0',
  ])
  const onTheWay = ['on_the_way', 'On The Way', 'on-the-way', 'onTheWay', { status: 'ON_THE_WAY' }]
  reads('orderStatus', { status: 'on_the_way' }, onTheWay)
})

test('in a command null and empty optional fields are absent, a version may be text and an id a number', () => {
  reads('orderStatus', { status: 'accepted' }, [
    { status: 'accepted', version: null, reason: null, note: null, commandId: null, occurredAt: null },
    { status: 'accepted', reason: '', commandId: '' },
    { status: 'accepted', hurry: true },
  ])
  reads('orderStatus', { status: 'accepted', version: 3, commandId: '17' }, [
    { status: 'accepted', version: '3', commandId: 17 },
    { Status: 'Accepted', Version: ' 3 ', command_id: '17' },
    { status: 'accepted', version: 3, CommandID: '17' },
  ])
  // Free text is left as it is.
  reads('orderStatus', { status: 'completed', note: 'New Washer 7' }, [{ status: 'completed', note: 'New Washer 7' }])
})

test('a position is read under its common names, and from OwnTracks', () => {
  reads('vendorLocation', { lat: 52.52, lng: 13.4, accuracy: 12 }, [
    { lat: 52.52, lng: 13.4, accuracy: 12 },
    { lat: 52.52, lon: 13.4, acc: 12 },
    { latitude: 52.52, longitude: 13.4, accuracy: 12, altitude: null, speed: 3 },
    { Lat: '52.52', Long: '13.4', Accuracy: '12' },
  ])
  const ownTracks = {
    _type: 'location',
    tid: 'v7',
    lat: 52.52,
    lon: 13.4,
    acc: 12,
    alt: 34,
    batt: 80,
    tst: 1_795_000_000,
  }
  reads('vendorLocation', { _type: 'location', lat: 52.52, lng: 13.4, accuracy: 12 }, [ownTracks])
  reads('vendorLocation', { lat: 1, lng: 2 }, [{ lat: 1, lon: 2, accuracy: null }])
  reads('vendorLocation', { lat: 1, lng: 2 }, [{ lng: 2, lon: 3, lat: 1 }])
})

test('what cannot be understood is refused with the field, and never guessed', () => {
  const wrongs: [InboundTopic, unknown, RegExp][] = [
    ['vendorStatus', 'asleep', /^status: /],
    ['vendorStatus', '', /^status: /],
    ['vendorStatus', {}, /^status: /],
    ['vendorStatus', [], /object/],
    ['vendorStatus', { status: null }, /^status: /],
    ['vendorStatus', '{"status":', /not valid JSON/],
    ['orderStatus', { status: 'accepted', version: '3a' }, /^version: /],
    ['orderStatus', { status: 'accepted', version: '2.5' }, /^version: /],
    ['orderStatus', { status: 'accepted', version: true }, /^version: /],
    ['vendorLocation', { lat: '', lng: '13.4' }, /^lat: /],
    ['vendorLocation', { lat: '52,52', lng: '13,4' }, /^lat: .*lng: /],
    ['vendorLocation', { lat: null, lng: 13.4 }, /^lat: /],
    ['vendorLocation', { lat: 91, lng: 181 }, /^lat: .*lng: /],
    ['vendorLocation', { _type: 'waypoint', lat: 1, lon: 2 }, /^_type: /],
    ['vendorLocation', { _type: 'lwt', tst: 1 }, /_type: /],
    ['vendorLocation', '1e999', /^lat: /],
    ['vendorLocation', { lat: '1e999', lng: 0 }, /^lat: /],
  ]
  for (const [topic, payload, expected] of wrongs) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    const { value, wrong } = read(topic, text)
    assert.is(value, null, text)
    assert.match(wrong ?? '', expected, text)
  }
})

test.run()
