import { Parser } from '@asyncapi/parser'
import { Validator } from '@seriousme/openapi-schema-validator'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { errorCodes } from '#shared/errors.ts'
import { topicTable, type TopicRow } from '#shared/topic-table.ts'
import { fuzz, fuzzEnv } from '../../../scripts/fuzz/fuzz.ts'
import { errorsOf } from '../../http/route.ts'
import { startApp, type TestApp } from '../../testing/app.ts'
import type { Unchecked } from '../../testing/probe.ts'
import { createAsyncApi } from './asyncapi.ts'
import { examples } from './examples.ts'
import { operationIdOf } from './openapi.ts'
import { namedSchemas } from './schemas.ts'

const test = suite<{ app: TestApp; openApi: Unchecked; asyncApi: Unchecked }>('documents of the API')

test.before(async (context) => {
  context.app = await startApp({ env: fuzzEnv })
  context.openApi = (await context.app.call('GET', '/api/openapi.json')).body
  context.asyncApi = (await context.app.call('GET', '/api/asyncapi.json')).body
})
test.after(({ app }) => app.stop())

test('the OpenAPI document is valid', async ({ openApi }) => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(openApi))
  assert.ok(valid, JSON.stringify(errors))
  assert.is(validator.version, '3.1')
})

test('it has one operation for each route, with its callers and every status', ({ app, openApi }) => {
  const operations = Object.entries<Unchecked>(openApi.paths).flatMap(([path, methods]) =>
    Object.entries<Unchecked>(methods).map(([method, operation]) => ({ ...operation, method, path })),
  )
  assert.is(operations.length, app.routes.length)
  assert.is(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  for (const route of app.routes) {
    const operation = operations.find(({ operationId }) => operationId === operationIdOf(route))
    assert.ok(operation, `${route.method} ${route.path}`)
    assert.is(operation.method, route.method)
    assert.is(operation.path, route.path.replace(/:(\w+)/g, '{$1}'))
    const statuses = [...Object.keys(route.reply), ...errorsOf(route).map((code) => String(errorCodes[code].status))]
    assert.equal(Object.keys(operation.responses).sort(), [...new Set(statuses)].sort())
    const roles = operation.security.find(({ accessToken }: Unchecked) => accessToken?.length > 0)?.accessToken
    assert.equal(roles ?? null, route.roles)
    assert.is(
      operation.security.some(({ apiToken }: Unchecked) => apiToken),
      route.tokens !== undefined,
    )
    assert.is(operation.requestBody !== undefined, (route.body ?? route.upload ?? route.signedBody) !== undefined)
  }
})

test('the servers of the AsyncAPI document have the base path, and the port of TLS where there is one', () => {
  const given = { version: '1.2.3', publicUrl: 'https://example.org/orders', mqttPort: 1883 }
  const { servers } = createAsyncApi({ ...given, mqttTlsPort: 8883 })
  assert.equal([servers.websocket.host, servers.websocket.pathname], ['example.org', '/orders/mqtt'])
  assert.equal([servers.tls?.host, servers.tls?.protocol], ['example.org:8883', 'secure-mqtt'])
  assert.not('tls' in createAsyncApi({ ...given, mqttTlsPort: null }).servers)
})

test('the AsyncAPI document is valid', async ({ asyncApi }) => {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi))
  // 0 is an error, 1 a warning. Above are hints, such as that of a later version of AsyncAPI.
  const severe = diagnostics.filter(({ severity }) => [0, 1].includes(severity))
  assert.equal(
    severe.map(({ message, path }) => `${path.join('.')}: ${message}`),
    [],
  )
  assert.ok(document)
})

test('it has one channel for each topic, and an operation for each direction', ({ asyncApi }) => {
  const rows = Object.entries<TopicRow>(topicTable)
  assert.equal(Object.keys(asyncApi.channels), Object.keys(topicTable))
  const expected = rows.map(([, { accepted }]) => (accepted ? 2 : 1)).reduce<number>((sum, n) => sum + n, 0)
  assert.is(Object.keys(asyncApi.operations).length, expected)
  for (const [name, row] of rows) {
    const channel = asyncApi.channels[name]
    assert.is(channel.address, row.pattern)
    assert.equal(channel['x-subscribers'], row.subscribers)
    assert.equal(channel['x-publishers'], row.publishers)
    const sent = Object.values<Unchecked>(asyncApi.operations).find(
      ({ action, channel: { $ref } }) => action === 'send' && $ref === `#/channels/${name}`,
    )
    assert.equal(sent.bindings.mqtt, { qos: row.qos, retain: row.retained, bindingVersion: '0.2.0' })
  }
})

test('every named body, reply and message has an example, which its schema accepts', ({ app, openApi, asyncApi }) => {
  const isNamed = (value: unknown) => [...namedSchemas].find(([schema]) => schema === value)?.[1]
  const shown = app.routes.flatMap(({ body, reply }) => [body, ...Object.values(reply)])
  const messages = Object.values<TopicRow>(topicTable).flatMap(({ published, accepted }) => [published, accepted])
  for (const name of [...shown, ...messages].flatMap((one) => isNamed(one) ?? [])) {
    assert.ok(name in examples, `examples.ts has one for ${name}`)
    const components = { ...asyncApi.components.schemas, ...openApi.components.schemas }
    assert.ok(components[name].examples.length > 0, name)
  }
  for (const [schema, name] of namedSchemas) {
    if (!(name in examples)) continue
    const read = schema.safeParse(examples[name])
    assert.ok(read.success, `${name}: ${JSON.stringify(read.error?.issues)}`)
    assert.equal(read.data, examples[name], name)
  }
})

test('both pages are HTML without anything inline; nothing else is below /docs', async ({ app }) => {
  for (const path of ['/docs', '/docs/topics']) {
    const { status, body, headers } = await app.call<string>('GET', path)
    assert.is(status, 200)
    assert.match(headers.get('content-type') ?? '', 'text/html')
    assert.not.match(body, /<style|<script>|\son\w+=|\sstyle=/)
  }
  for (const { pattern } of Object.values<TopicRow>(topicTable)) {
    assert.match((await app.call<string>('GET', '/docs/topics')).body, `<code>${pattern}</code>`)
  }
  assert.is((await app.call('GET', '/docs/')).status, 404)
  assert.is((await app.call('GET', '/docs/other')).status, 404)
})

test('60 generated calls and publications are answered as the documents say; .ci/run makes more', async ({ app }) => {
  const { problems, calls, publications, succeeded } = await fuzz(app, { runs: 60, seed: 20 })
  assert.equal(problems, [])
  assert.is(calls + publications, 60)
  assert.ok(succeeded > 5, String(succeeded))
})

test.run()
