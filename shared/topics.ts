import type * as z from 'zod/mini'
import { topicTable, type TopicName, type TopicRow, type TopicTable } from './topic-table.ts'

type ParameterOf<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** The parameters of a topic, by name. */
export type TopicParameters<Name extends TopicName> = Readonly<Record<ParameterOf<TopicTable[Name]['pattern']>, string>>

/** Topics that clients may publish to. */
export type InboundTopic = {
  [Name in TopicName]: TopicTable[Name]['accepted'] extends null ? never : Name
}[TopicName]

/** What clients publish to a topic, after parsing. */
export type Accepted = { [Name in InboundTopic]: z.infer<NonNullable<TopicTable[Name]['accepted']>> }

/** What the server publishes to a topic. */
export type Published = { [Name in TopicName]: z.infer<TopicTable[Name]['published']> }

type IsUnion<Type, All = Type> = Type extends unknown ? ([All] extends [Type] ? false : true) : never

/** A topic with several parameters is made by `topicOf`. */
type Topics = {
  readonly [Name in TopicName]: [ParameterOf<TopicTable[Name]['pattern']>] extends [never]
    ? TopicTable[Name]['pattern']
    : IsUnion<ParameterOf<TopicTable[Name]['pattern']>> extends true
      ? never
      : (id: string) => string
}

interface CompiledRow {
  name: TopicName
  row: TopicRow
  parameters: readonly string[]
  expression: RegExp
}

const parameter = /\{(\w+)\}/g

function compile(name: TopicName, row: TopicRow): CompiledRow {
  const parameters = [...row.pattern.matchAll(parameter)].map(([, own = '']) => own)
  const expression = new RegExp(`^${row.pattern.replace(parameter, '(?<$1>[A-Za-z0-9_-]{1,64})')}$`)
  return { name, row, parameters, expression }
}

const isTopicName = (name: string): name is TopicName => Object.hasOwn(topicTable, name)
const compiled = Object.keys(topicTable)
  .filter(isTopicName)
  .map((name) => compile(name, topicTable[name]))
const byTopic = new Map(compiled.filter((one) => one.parameters.length === 0).map((one) => [one.row.pattern, one]))
const parameterised = compiled.filter((one) => one.parameters.length > 0)

const inPattern = ({ pattern }: TopicRow, value: string) => pattern.replace(parameter, () => value)

/** The topic strings, or functions from the parameter to the topic string, by name. */
export const topics: Topics = Object.assign(
  {},
  ...compiled.map(({ name, row, parameters }) => ({
    [name]: parameters.length === 0 ? row.pattern : (id: string) => inPattern(row, id),
  })),
)

/** The topic of a row, with its parameters filled in. */
export function topicOf<Name extends TopicName>(name: Name, parameters: TopicParameters<Name>): string {
  const values = new Map<string, string>(Object.entries(parameters))
  return topicTable[name].pattern.replace(parameter, (_all, own: string) => values.get(own) ?? '')
}

/** The filter that matches every topic of a row. */
export const filterOf = (name: TopicName): string => inPattern(topicTable[name], '+')

export const filters = {
  everyVendorStatus: filterOf('vendorStatusOf'),
  everyAlert: filterOf('alerts'),
  everyMessage: filterOf('orderMessages'),
} as const

/** The row of a topic; null for a topic that is not in the table. */
function rowOf(topic: string): CompiledRow | null {
  return byTopic.get(topic) ?? parameterised.find(({ expression }) => expression.test(topic)) ?? null
}

export const topicNameOf = (topic: string): TopicName | null => rowOf(topic)?.name ?? null

/** The row of a topic and its parameters; null for a topic that is not in the table. */
export function matchTopic(
  topic: string,
): { name: TopicName; row: TopicRow; parameters: Record<string, string> } | null {
  const found = rowOf(topic)
  if (!found) return null
  return { name: found.name, row: found.row, parameters: { ...found.expression.exec(topic)?.groups } }
}

/** Whether these are the parameters of this row. */
export const hasParameters = <Name extends TopicName>(
  name: Name,
  parameters: Readonly<Record<string, string>>,
): parameters is TopicParameters<Name> =>
  [...topicTable[name].pattern.matchAll(parameter)].every(([, own = '']) => Object.hasOwn(parameters, own))

export const isInbound = (name: TopicName): name is InboundTopic => topicTable[name].accepted !== null

/** Topics that clients may publish to, in the order of the table. */
export const inboundTopics: readonly InboundTopic[] = compiled.map(({ name }) => name).filter(isInbound)

/** The schema of what clients publish, by topic. */
export const acceptedSchemas: { readonly [Name in InboundTopic]: z.ZodMiniType<Accepted[Name]> } = Object.assign(
  {},
  ...inboundTopics.map((name) => ({ [name]: topicTable[name].accepted })),
)

/** The schema of what the server publishes, by topic. */
export const publishedSchemas: { readonly [Name in TopicName]: z.ZodMiniType<Published[Name]> } = Object.assign(
  {},
  ...compiled.map(({ name, row }) => ({ [name]: row.published })),
)

// Every delivery is tested, so the rows are selected once.
const orderTopics = new Set(compiled.filter(({ row }) => row.view !== null).map(({ row }) => row.pattern))
const orderExpressions = parameterised.filter(({ row }) => row.view !== null).map(({ expression }) => expression)

let lastTopic = ''
let lastIsOrder = false

/** Whether payloads on this topic are orders, or messages about one, which each receiver gets in its own view. */
export function isOrderTopic(topic: string): boolean {
  // Most deliveries have the topic of the one before them.
  if (topic === lastTopic) return lastIsOrder
  lastIsOrder = orderTopics.has(topic) || orderExpressions.some((expression) => expression.test(topic))
  lastTopic = topic
  return lastIsOrder
}
