import * as accounts from '#shared/accounts.ts'
import * as apiTokens from '#shared/api-tokens.ts'
import * as areas from '#shared/areas.ts'
import * as audit from '#shared/audit.ts'
import * as catalogue from '#shared/catalogue.ts'
import * as deadlines from '#shared/deadlines.ts'
import * as deviceMessages from '#shared/device-messages.ts'
import * as devices from '#shared/devices.ts'
import * as erasure from '#shared/erasure.ts'
import { id, timestamp } from '#shared/fields.ts'
import * as fileInput from '#shared/file-input.ts'
import * as files from '#shared/files.ts'
import * as locale from '#shared/locale.ts'
import * as messages from '#shared/messages.ts'
import * as preferences from '#shared/notification-preferences.ts'
import * as notifications from '#shared/notifications.ts'
import * as offers from '#shared/offers.ts'
import * as oidc from '#shared/oidc.ts'
import * as orderInput from '#shared/order-input.ts'
import * as orders from '#shared/orders.ts'
import * as presence from '#shared/presence.ts'
import * as proof from '#shared/proof.ts'
import * as push from '#shared/push.ts'
import * as secondFactor from '#shared/second-factor.ts'
import * as tracking from '#shared/tracking.ts'
import * as userInput from '#shared/user-input.ts'
import * as users from '#shared/users.ts'
import * as webhooks from '#shared/webhooks.ts'
import { z } from '../../lib/zod.ts'
import { examples } from './examples.ts'

const modules: readonly object[] = [
  accounts,
  apiTokens,
  areas,
  audit,
  catalogue,
  deadlines,
  deviceMessages,
  devices,
  erasure,
  fileInput,
  files,
  locale,
  messages,
  notifications,
  offers,
  oidc,
  orderInput,
  orders,
  preferences,
  presence,
  proof,
  push,
  secondFactor,
  tracking,
  userInput,
  users,
  webhooks,
]

type Schema = z.ZodMiniType
export type JsonSchema = Readonly<Record<string, unknown>>

/** The schemas of shared/ under the names of their exports. */
export const namedSchemas: ReadonlyMap<Schema, string> = new Map<Schema, string>([
  [id, 'Id'],
  [timestamp, 'Timestamp'],
  ...modules
    .flatMap((module) => Object.entries(module))
    .flatMap(([name, value]) => (value instanceof z.ZodMiniType ? [[value, name] as const] : []))
    .filter(([, name]) => /^[A-Z]/.test(name)),
])

const at = '#/components/schemas/'

/**
 * Converts schemas to JSON Schema. A named one is a reference, and `components` has those that were referred to.
 * `input`: objects of responses stay open, as later versions may add fields.
 */
export function createJsonSchemas(used: readonly Schema[], target: 'draft-2020-12' | 'draft-07') {
  const names = new Map(namedSchemas)
  for (const [n, schema] of used.entries()) if (!names.has(schema)) names.set(schema, `inline-${n}`)
  const registry = z.registry<{ id: string }>()
  for (const [schema, name] of names) registry.add(schema, { id: name })
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    target,
    uri: (name) => at + name,
    // A rule that JSON Schema cannot express is said in the documentation of the field.
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // The pattern is that of HTML, which accepts more than the format of JSON Schema does.
      if (jsonSchema.format === 'email') delete jsonSchema.format
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern
      delete jsonSchema.$id
      delete jsonSchema.$schema
    },
  })
  const schemaOf = (name: string): JsonSchema => ({ ...schemas[name], $schema: undefined, $id: undefined })

  /** The schema itself, also of a named one. */
  const inline = (schema: Schema): JsonSchema => schemaOf(names.get(schema) ?? '')

  /** A reference to a named schema, or the schema itself. */
  const schema = (given: Schema): JsonSchema =>
    namedSchemas.has(given) ? { $ref: at + namedSchemas.get(given) } : inline(given)

  /** The named schemas that `document` refers to, with their examples. */
  function components(document: object): Record<string, JsonSchema> {
    const found: Record<string, JsonSchema> = {}
    const visit = (part: object) => {
      for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
        if (found[name] || !schemas[name]) continue
        found[name] = { ...schemaOf(name), ...(name in examples && { examples: [examples[name]] }) }
        visit(found[name])
      }
    }
    visit(document)
    return Object.fromEntries(Object.entries(found).sort(([a], [b]) => a.localeCompare(b)))
  }

  return { schema, inline, components }
}
