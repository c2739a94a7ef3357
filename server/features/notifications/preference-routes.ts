import { roles } from '#shared/actors.ts'
import { PageLocale } from '#shared/locale.ts'
import { ChangePreferences, Preferences } from '#shared/notification-preferences.ts'
import { only, type Route } from '../../http/route.ts'
import type { PreferencesService } from './preferences.service.ts'

export const preferenceRoutes = (preferences: Pick<PreferencesService, 'read' | 'change' | 'pageShown'>): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/notifications/preferences',
      summary: 'How the caller is told of what',
      reply: { 200: Preferences },
    },
    async ({ identity }) => ({
      status: 200,
      body: await preferences.read(identity),
    }),
  ),

  only(
    roles,
    {
      method: 'put',
      path: '/notifications/preferences',
      body: ChangePreferences,
      summary: 'Changes how the caller is told of what',
      reply: { 200: Preferences },
    },
    async ({ identity, body }) => ({ status: 200, body: await preferences.change(identity, body) }),
  ),

  // Pages send it when it differs from what they have sent before.
  only(
    roles,
    {
      method: 'post',
      path: '/notifications/locale',
      body: PageLocale,
      summary: 'The language and time zone of e-mails to the caller',
      reply: { 204: null },
    },
    async ({ identity, body }) => {
      await preferences.pageShown(identity, body)
      return { status: 204 }
    },
  ),
]
