import type { MailContent } from './mail-texts.ts'

export interface MailParts {
  language: string
  content: MailContent
  footer: string
  url: string | null
}

/**
 * The e-mail as plain text and as HTML: a table with inline styles, 600 px at most, because mail clients drop style
 * sheets and ignore the layout of newer CSS.
 */
export function renderMail({ language, content, footer, url }: MailParts): {
  subject: string
  text: string
  html: string
} {
  const { subject, greeting, paragraphs, action, note } = content
  const text = [greeting, ...paragraphs, ...(url === null ? [] : [url]), note, `--\n${footer}`].join('\n\n')
  const paragraph = (words: string, style = '') =>
    `<p style="margin:0 0 16px;font-size:16px;line-height:24px;${style}">${escapeHtml(words)}</p>`
  const button =
    url === null || action === null
      ? ''
      : `<p style="margin:24px 0"><a href="${escapeHtml(url)}" style="display:inline-block;padding:14px 24px;border-radius:6px;background:#1d5fd1;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none">${escapeHtml(action)}</a></p>
<p style="margin:0 0 16px;font-size:13px;line-height:20px;color:#5c6470;word-break:break-all">${escapeHtml(url)}</p>`
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"><tr><td>
<p style="margin:0 0 24px;font-size:18px;font-weight:700">Callout</p>
${paragraph(greeting)}
${paragraphs.map((words) => paragraph(words)).join('\n')}
${button}
${paragraph(note, 'color:#5c6470;')}
<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #c9ced6;font-size:13px;line-height:20px;color:#5c6470">${escapeHtml(footer)}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`
  return { subject, text, html }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
