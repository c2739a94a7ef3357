import { topicTable, type TopicRow } from '#shared/topic-table.ts'
import { escapeHtml } from '../../lib/mail/html.ts'
import { subscribersOf } from './asyncapi.ts'
import { examples } from './examples.ts'
import { namedSchemas } from './schemas.ts'

// The addresses are relative, so they hold behind a proxy that adds a path. The files are in client/public/api-docs.

const page = (title: string, root: string, content: string, head = '') => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="${root}favicon.svg">${head}
<link rel="stylesheet" href="${root}api-docs/docs.css"></head>
<body><nav aria-label="Documents"><strong>Callout</strong>
<a href="${root}docs">REST calls</a> <a href="${root}docs/topics">MQTT topics</a>
<a href="${root}api/openapi.json">openapi.json</a> <a href="${root}api/asyncapi.json">asyncapi.json</a></nav>
<main>${content}</main></body></html>
`

/** Swagger UI reads the document and shows the calls. */
export const restPage = (): string =>
  page(
    'REST calls of Callout',
    '',
    '<div id="calls"><noscript>The list of calls needs JavaScript; openapi.json does not.</noscript></div>',
    `<link rel="stylesheet" href="api-docs/swagger-ui.css">
<script src="api-docs/swagger-ui-bundle.js" defer></script><script src="api-docs/rest.js" defer></script>`,
  )

export const topicsPage = (): string =>
  page(
    'MQTT topics of Callout',
    '../',
    `<h1>MQTT topics</h1>
<p>MQTT 3.1.1 over TCP, and over WebSocket at <code>/mqtt</code>. The user name is any text; the password is an access token, the
token of a device or an API token. Payloads are JSON.</p>
${Object.values<TopicRow>(topicTable).map(section).join('\n')}`,
  )

/** Backticks are code. */
const text = (markdown: string) => escapeHtml(markdown).replace(/`([^`]+)`/g, '<code>$1</code>')

function section(row: TopicRow): string {
  const { pattern, doc, qos, retained, publishers, accepted, published, will, personal } = row
  const facts = [
    ['May subscribe', subscribersOf(row)],
    ['May publish', publishers.map((role) => `${role}s and their devices`).join(', ')],
    ['QoS', String(qos)],
    ['Retained', retained ? 'yes' : 'no'],
    ['Last will', will ? 'may be left here' : ''],
    ['Tokens without contact details', personal ? 'may not subscribe' : 'may subscribe'],
  ]
  const list = facts.flatMap(([name = '', value = '']) => (value ? [`<dt>${name}</dt><dd>${text(value)}</dd>`] : []))
  return `<section><h2><code>${escapeHtml(pattern)}</code></h2><p>${text(doc)}</p><dl>${list.join('')}</dl>
${accepted ? example('Clients publish', accepted) : ''}${example('The server publishes', published)}</section>`
}

function example(title: string, schema: TopicRow['published']): string {
  const name = namedSchemas.get(schema) ?? ''
  const json = escapeHtml(JSON.stringify(examples[name], null, 2))
  return `<details><summary>${title}: ${escapeHtml(name)}</summary><pre tabindex="0"><code>${json}</code></pre></details>`
}
