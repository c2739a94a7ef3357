import { setTimeout as sleep } from 'node:timers/promises'
import { SignedIn } from '#shared/users.ts'
import type { Random } from '../../../server/system-tests/lib/numbers.ts'
import { difference, type Difference } from '../compare/difference.ts'
import { config, within } from '../config.ts'
import type { Counters } from '../counters.ts'
import { answerTo } from './answered.ts'
import { once, type Send } from './send.ts'
import type { Account } from './session.ts'

export interface AdminRoundsOptions {
  admins: readonly Account[]
  send: Send
  random: Random
  counters: Pick<Counters, 'adminRounds' | 'lastAdmin'>
  isFinishing(): boolean
  gaveUp(): boolean
  found(differences: Difference[]): void
}

/** Now and then all admins deactivate each other at the same moment. At least one must remain, who activates the others. */
export function createAdminRounds(options: AdminRoundsOptions) {
  const { admins, send, random, counters, isFinishing, gaveUp, found } = options

  /** null: inactive. */
  async function signIn({ user, password }: Account): Promise<string | null> {
    const body = { email: user.email, password }
    const answer = await answerTo(send, '/auth/login', { method: 'POST', body }, gaveUp)
    return answer?.status === 200 ? SignedIn.parse(answer.body).accessToken : null
  }

  const setActive = (token: string, { user }: Account, active: boolean) =>
    answerTo(send, `/users/${user.id}`, { method: 'PATCH', body: { active }, token, headers: once }, gaveUp)

  async function deactivateEachOther() {
    const signedIn = await Promise.all(
      admins.map(async (account) => ({ account, token: (await signIn(account)) ?? '' })),
    )
    const answers = signedIn.flatMap(({ account: self, token }) =>
      admins.filter((other) => other !== self).map((other) => setActive(token, other, false)),
    )
    for (const answer of await Promise.all(answers)) if (answer?.code === 'last_admin') counters.lastAdmin++
    counters.adminRounds++
  }

  /** The access token may expire, so each attempt signs in. */
  async function activateAll() {
    const tokens = await Promise.all(admins.map(signIn))
    const survivor = admins[tokens.findIndex((token) => token !== null)]
    if (!survivor) {
      if (!gaveUp()) found([difference('no admin')('the admins have deactivated each other, and none is active')])
      return
    }
    for (const other of admins) {
      if (other === survivor) continue
      let done = false
      while (!done && !gaveUp()) done = (await setActive((await signIn(survivor)) ?? '', other, true))?.status === 200
    }
  }

  return async () => {
    while (!isFinishing()) {
      await sleep(within(random, config.actors.adminRoundEvery))
      if (isFinishing()) return
      await deactivateEachOther()
      await activateAll()
    }
  }
}
