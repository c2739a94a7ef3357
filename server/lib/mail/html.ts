import type { MailContent } from './content.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

// Mail programs drop style sheets, flexbox and variables, so the layout is tables with inline styles. Those that
// understand a style sheet get the dark colours from it.
const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const ink = 'color:#1f2423'
const soft = 'color:#59615f'
const line = 'border-top:1px solid #dcdad5'

const darkColours = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .canvas { background: #161918 !important; }
  .card { background: #1f2322 !important; border-color: #3a403e !important; }
  .ink { color: #eceeed !important; }
  .soft { color: #a5adab !important; }
  .line { border-color: #3a403e !important; }
  .button { background: #6ecfc8 !important; }
  .button a { color: #10201f !important; }
}
@media (max-width: 480px) { .card { padding: 20px !important; } }`

const layoutTable = 'role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"'

const factRows = ({ facts = [] }: MailContent) =>
  facts
    .map(
      ({ label, value }) => `
<tr>
  <td class="soft" valign="top" style="${font};${soft};font-size:14px;line-height:20px;padding:4px 16px 4px 0;width:120px">${escapeHtml(label)}</td>
  <td class="ink" valign="top" dir="auto" style="${font};${ink};font-size:14px;line-height:20px;padding:4px 0;word-break:break-word">${withBreaks(value)}</td>
</tr>`,
    )
    .join('')

const withBreaks = (text: string) => escapeHtml(text).replaceAll('\n', '<br>')

const amountRow = (label: string, amount: string, weight: string) => `
<tr>
  <td class="ink line" valign="top" dir="auto" style="${font};${ink};${line};font-size:14px;line-height:20px;padding:8px 16px 8px 0;font-weight:${weight};word-break:break-word">${escapeHtml(label)}</td>
  <td class="ink line" valign="top" align="right" style="${font};${ink};${line};font-size:14px;line-height:20px;padding:8px 0;font-weight:${weight};white-space:nowrap">${escapeHtml(amount)}</td>
</tr>`

const receipt = ({ items = [], total }: MailContent) =>
  total
    ? `
<table ${layoutTable} style="margin-top:16px">
${items.map(({ name, quantity, amount }) => amountRow(`${quantity} × ${name}`, amount, '400')).join('')}
${amountRow(total.label, total.value, '600')}
</table>`
    : ''

const button = ({ link }: MailContent) =>
  link
    ? `
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin-top:24px">
<tr><td class="button" style="background:#0b6063;border-radius:6px">
<a href="${escapeHtml(link.url)}" style="${font};display:inline-block;padding:12px 20px;font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none">${escapeHtml(link.label)}</a>
</td></tr>
</table>`
    : ''

const noteBelow = ({ note }: MailContent) =>
  note === undefined
    ? ''
    : `
<p class="soft" style="${font};${soft};font-size:14px;line-height:20px;margin:24px 0 0">${escapeHtml(note)}</p>`

const unsubscribeLink = ({ unsubscribe }: MailContent) =>
  unsubscribe
    ? `<br>
<a class="soft" href="${escapeHtml(unsubscribe.url)}" style="${soft}">${escapeHtml(unsubscribe.label)}</a>`
    : ''

/** The mail as HTML. Every value is escaped here. */
export function html(content: MailContent): string {
  const { language, subject, heading, body, why } = content
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>${escapeHtml(subject)}</title>
<style>${darkColours}</style>
</head>
<body class="canvas" style="margin:0;padding:0;background:#f6f5f2">
<table class="canvas" ${layoutTable} style="background:#f6f5f2">
<tr><td align="center" style="padding:24px 12px">
<table ${layoutTable} style="max-width:600px">
<tr><td class="soft" style="${font};${soft};font-size:14px;line-height:20px;font-weight:600;padding:0 4px 12px">Callout</td></tr>
<tr><td class="card" style="background:#ffffff;border:1px solid #dcdad5;border-radius:10px;padding:32px">
<h1 class="ink" style="${font};${ink};font-size:20px;line-height:28px;font-weight:600;margin:0 0 8px">${escapeHtml(heading)}</h1>
<p class="ink" style="${font};${ink};font-size:16px;line-height:24px;margin:0 0 16px">${escapeHtml(body)}</p>
<table ${layoutTable}>${factRows(content)}</table>${receipt(content)}${button(content)}${noteBelow(content)}
</td></tr>
<tr><td class="soft" style="${font};${soft};font-size:12px;line-height:18px;padding:16px 4px">${escapeHtml(why ?? '')}${unsubscribeLink(content)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
}
