import { computed } from '@preact/signals'
import { createApi } from '../../live/api.ts'
import { send } from './http.ts'
import { accessToken, renew, secondFactorMissing, user } from './session.ts'

/**
 * The session as one user's workspace sees it. Once that user has signed out it has no token and gets none, so no request of
 * theirs is sent in another user's name.
 */
export function sessionOf(userId: string) {
  const token = computed(() => (user.value?.id === userId ? accessToken.value : null))
  const limited = () => (secondFactorMissing.value = true)
  const renewMine = async () => user.peek()?.id === userId && (await renew())
  return { token, renew: renewMine, api: createApi({ send, token: () => token.peek(), renew: renewMine, limited }) }
}
