import { createHash } from 'node:crypto'
import { id, opaque } from '#shared/fields.ts'
import type { PageLocale } from '#shared/locale.ts'
import { DomainError } from '../../../lib/errors.ts'
import { z } from '../../../lib/zod.ts'
import { open, type Reply, type Route } from '../../../http/route.ts'
import type { Store } from '../../../storage/store.ts'
import type { PreferencesService } from '../preferences.service.ts'
import { escapeHtml } from '../../../lib/mail/html.ts'
import { textsIn } from './texts/index.ts'
import { unsubscribePath, type createUnsubscribeLinks } from './unsubscribe.ts'

export interface UnsubscribeRouteDependencies {
  links: Pick<ReturnType<typeof createUnsubscribeLinks>, 'isSigned'>
  users: Pick<Store['users'], 'byId'>
  preferences: Pick<PreferencesService, 'localeOf' | 'unsubscribe'>
}

const Query = z.strictObject({ user: id, signature: opaque(100) })

const style = `
:root { color-scheme: light dark }
body { font: 16px/24px system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 16px }
h1 { font-size: 20px; line-height: 28px }
button { font: inherit; font-weight: 600; padding: 12px 20px; border: 0; border-radius: 6px; background: #0b6063; color: #fff }`

const headers = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
}

/** The page of the link. A GET only asks, because mail scanners open links; mail programs POST (RFC 8058). */
export function unsubscribeRoutes({ links, users, preferences }: UnsubscribeRouteDependencies): Route[] {
  async function ownerOf(query: z.infer<typeof Query>) {
    const owner = links.isSigned(query) ? await users.byId(query.user) : null
    if (!owner) throw new DomainError('not_found', 'This link is not valid.')
    return owner
  }

  const page = (locale: PageLocale, isDone: boolean): Reply => {
    const { texts, language } = textsIn(locale.language)
    const { title, question, button, done } = texts.unsubscribePage
    const content = isDone
      ? `<p>${escapeHtml(done)}</p>`
      : `<p>${escapeHtml(question)}</p><form method="post"><button>${escapeHtml(button)}</button></form>`
    const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`
    return { status: 200, html, headers }
  }

  return [
    open(
      {
        method: 'get',
        path: unsubscribePath,
        query: Query,
        summary: 'The page of the link in an e-mail: asks whether to end e-mails',
        reply: { 200: 'text/html' },
        errors: ['not_found'],
      },
      async ({ query }) => page(await preferences.localeOf((await ownerOf(query)).id), false),
    ),
    open(
      {
        method: 'post',
        path: unsubscribePath,
        query: Query,
        summary: 'Ends e-mails to the person of the link',
        reply: { 200: 'text/html' },
        errors: ['not_found'],
      },
      async ({ query }) => {
        const owner = await ownerOf(query)
        await preferences.unsubscribe(owner)
        const log = { message: 'e-mails unsubscribed', user: owner.id }
        return { ...page(await preferences.localeOf(owner.id), true), log }
      },
    ),
  ]
}
