import type { Role } from '#shared/actors.ts'
import { topicTable, type TopicRow } from '#shared/topic-table.ts'
import { createJsonSchemas } from './schemas.ts'

export interface AsyncApiDependencies {
  version: string
  /** Where browsers reach the server. */
  publicUrl: string
  mqttPort: number
  /** Of MQTT over TLS; null without it. */
  mqttTlsPort: number | null
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
const subscribers = (row: TopicRow) => Object.entries(row.subscribers)

/** Who may subscribe, in words. */
export const subscribersOf = (row: TopicRow): string =>
  subscribers(row)
    .map(([role, access]) => (access === 'own' ? `that ${role}` : `${role}s`))
    .join(', ')

const personOf = (roles: readonly Role[]) => roles.map((role) => `${role}s`).join(', ')

/** The AsyncAPI 3.0 document of the topic table. It describes the server, so it sends what clients subscribe to. */
export function createAsyncApi({ version, publicUrl, mqttPort, mqttTlsPort }: AsyncApiDependencies) {
  const rows = Object.entries<TopicRow>(topicTable)
  const used = rows.flatMap(([, { published, accepted }]) => (accepted ? [published, accepted] : [published]))
  const schemas = createJsonSchemas(used, 'draft-07')
  const channels = Object.fromEntries(rows.map(([name, row]) => [name, channelOf(row, schemas)]))
  const operations = Object.fromEntries(rows.flatMap(([name, row]) => operationsOf(name, row)))
  const { host, hostname, protocol, pathname } = new URL(publicUrl)
  const security = [{ $ref: '#/components/securitySchemes/token' }]
  const mqtt = { protocolVersion: '3.1.1', security }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Callout', version, description, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: {
      tcp: { host: `${hostname}:${mqttPort}`, protocol: 'mqtt', description: 'MQTT over TCP', ...mqtt },
      ...(mqttTlsPort !== null && {
        tls: { host: `${hostname}:${mqttTlsPort}`, protocol: 'secure-mqtt', description: 'MQTT over TLS', ...mqtt },
      }),
      websocket: {
        host,
        pathname: `${pathname.replace(/\/$/, '')}/mqtt`,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        description: 'MQTT over WebSocket, subprotocol mqtt',
        ...mqtt,
      },
    },
    channels,
    operations,
    components: { schemas: schemas.components(channels), securitySchemes },
  }
}

const description = `
Subscribe with any MQTT 3.1.1 client. The user name is any text; the password is an access token, the token of a device or an
API token. An order is always sent whole with its version: keep the highest version of each order, and read what was missed
with \`GET /api/orders?since=\` after a reconnect. Each receiver gets an order in the view that it may read.

The broker answers a subscription that is not permitted with 128. It acknowledges and drops a publication that is not
permitted, and closes the connection after ten. Each command is answered on the sender's \`users/{userId}/replies\`.
`.trim()

const securitySchemes = {
  token: {
    type: 'userPassword',
    description: 'The user name is any text. The password is an access token, the token of a device or an API token.',
  },
}

type Schemas = ReturnType<typeof createJsonSchemas>

function channelOf(row: TopicRow, schemas: Schemas) {
  const { pattern, published, accepted, doc, publishers, will, personal, retained } = row
  const parameters = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    address: pattern,
    description: doc,
    ...(parameters.length > 0 && {
      parameters: Object.fromEntries(parameters.map((name) => [name, { description: `The id: ${name}` }])),
    }),
    messages: {
      published: { summary: 'What the server publishes', payload: schemas.schema(published) },
      ...(row.removed && { removed: { summary: 'An empty payload: it is no more', payload: { const: '' } } }),
      ...(accepted && { accepted: { summary: 'What clients publish', payload: schemas.schema(accepted) } }),
    },
    'x-subscribers': row.subscribers,
    'x-publishers': publishers,
    'x-retained': retained,
    'x-last-will': will,
    // Tokens without contact details may not subscribe.
    'x-personal': personal,
  }
}

function operationsOf(name: string, row: TopicRow) {
  const { qos, retained, accepted, publishers, will } = row
  const channel = { $ref: `#/channels/${name}` }
  const message = (kind: string) => [{ $ref: `#/channels/${name}/messages/${kind}` }]
  const send = {
    action: 'send',
    channel,
    summary: `May be subscribed to by ${subscribersOf(row)}.`,
    messages: [...message('published'), ...(row.removed ? message('removed') : [])],
    bindings: { mqtt: { qos, retain: retained, bindingVersion: '0.2.0' } },
  }
  const receive = {
    action: 'receive',
    channel,
    summary: `May be published by ${personOf(publishers)} and their devices${will ? ', also as a last will' : ''}.`,
    messages: message('accepted'),
    bindings: { mqtt: { qos: 1, bindingVersion: '0.2.0' } },
  }
  return [[`send${capital(name)}`, send], ...(accepted ? [[`receive${capital(name)}`, receive]] : [])]
}
