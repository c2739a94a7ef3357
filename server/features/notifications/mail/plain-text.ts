import type { MailContent } from './content.ts'

/** The mail for programs that show no HTML. */
export function plainText({ heading, body, facts, items, total, link, why, unsubscribe }: MailContent): string {
  const blocks = [
    [heading],
    [body],
    facts.map(({ label, value }) => `${label}: ${value}`),
    [
      ...items.map(({ name, quantity, amount }) => `${quantity} × ${name}: ${amount}`),
      ...(total ? [`${total.label}: ${total.value}`] : []),
    ],
    [`${link.label}: ${link.url}`],
    // The conventional mark before what is no part of the message (RFC 3676, 4.3).
    unsubscribe ? ['-- ', why, `${unsubscribe.label}: ${unsubscribe.url}`] : [],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
