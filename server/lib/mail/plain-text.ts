import type { MailContent } from './content.ts'

/** The mail for programs that show no HTML. */
export function plainText(content: MailContent): string {
  const { heading, body, facts = [], items = [], total, link, note, why, unsubscribe } = content
  const blocks = [
    [heading],
    [body],
    facts.map(({ label, value }) => `${label}: ${value}`),
    [
      ...items.map(({ name, quantity, amount }) => `${quantity} × ${name}: ${amount}`),
      ...(total ? [`${total.label}: ${total.value}`] : []),
    ],
    link ? [`${link.label}: ${link.url}`] : [],
    note === undefined ? [] : [note],
    // The conventional mark before what is no part of the message (RFC 3676, 4.3).
    why === null ? [] : ['-- ', why, ...(unsubscribe ? [`${unsubscribe.label}: ${unsubscribe.url}`] : [])],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
