import { effect } from '@preact/signals'
import * as z from 'zod/mini'
import { locale } from '../../i18n/index.ts'
import type { Api } from '../../live/api.ts'
import { readSetting, writeSetting } from '../ui/local-storage.ts'

const KEY = 'locale-sent'

/**
 * Tells the server the language and the time zone of the page, in which it writes e-mails: once in each browser, and after
 * a change. Returns the function that ends it.
 */
export function sendPageLocale({ me, api }: { me: { id: string }; api: Pick<Api, 'post'> }): () => void {
  return effect(() => {
    const language = locale()
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const current = `${me.id} ${language} ${timeZone}`
    if (readSetting(KEY) === current) return
    // After a failure the next start of the page sends it.
    api.post('/notifications/locale', z.unknown(), { language, timeZone }).then(
      () => writeSetting(KEY, current),
      () => {},
    )
  })
}
