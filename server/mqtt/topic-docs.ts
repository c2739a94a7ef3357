import { topicTable, type TopicRow } from '#shared/topic-table.ts'

const begin = '<!-- topics: written by scripts/write-topics.ts -->'
const end = '<!-- /topics -->'

function publishersOf({ publishers, accepted, subscribers, retained }: TopicRow): string {
  const clients = publishers.map((role) => `${role}s`).join(', ')
  const server = retained ? 'server, retained' : 'server'
  if (accepted === null) return server
  // Without subscribers it is heard by the server alone.
  return Object.keys(subscribers).length === 0 ? clients : `${clients}, then ${server}`
}

function subscribersOf({ subscribers }: TopicRow): string {
  const entries = Object.entries(subscribers)
  if (entries.length === 3 && entries.every(([, access]) => access === 'own')) return 'that user'
  if (entries.length === 3 && entries.every(([, access]) => access === 'all')) return 'any signed-in user'
  if (entries.length === 0) return '–'
  return entries.map(([role, access]) => (access === 'own' ? `that ${role}` : role)).join(', ')
}

/** The topic table in Markdown. */
export function renderTopics(): string {
  const rows = Object.values<TopicRow>(topicTable).map(
    (row) => `| \`${row.pattern}\` | ${publishersOf(row)} | ${subscribersOf(row)} | ${row.qos} | ${row.doc} |`,
  )
  return ['| topic | published by | may subscribe | QoS | payload |', '|---|---|---|---|---|', ...rows].join('\n')
}

/** `text` with the table between its two markers replaced; throws when they are missing. */
export function withTopics(text: string): string {
  const [before, rest] = [text.indexOf(begin), text.indexOf(end)]
  if (before < 0 || rest < before) throw new Error(`no place for the topics: write ${begin} and ${end}`)
  return `${text.slice(0, before)}${begin}\n${renderTopics()}\n${text.slice(rest)}`
}
