import { computed, signal } from '@preact/signals'
import { SignedIn, User, type Login, type Register } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { ApiError } from './api-error.ts'
import { createApi } from './api.ts'
import { send, type Request } from './http.ts'
import { readSetting, readJsonSetting, writeSetting } from '../ui/local-storage.ts'

/** `restoring`: a session may exist and is being asked for. `unreachable`: that could not be asked. */
export type Phase = 'restoring' | 'signed_out' | 'signed_in' | 'unreachable'

/** Who may have a session here: the user's id, no secret. It spares a first visit the question, and tells the tabs of one another. */
const HINT = 'session'
/** Who that is, of a vendor: their work goes on without a network, and so begins without one. */
const ME = 'me'

export const phase = signal<Phase>(readSetting(HINT) ? 'restoring' : 'signed_out')
export const user = signal<User | null>(null)
/** Whether the server has ended the session; false after signing out. */
const sessionEnded = signal(false)
/** Why this person has to sign in again without having signed out. */
export const endedBecause = computed(() => (sessionEnded.value ? t().errors.session_ended : null))
/** In memory only: what runs in the page can use it, nothing can read it from a disk. */
export const accessToken = signal<string | null>(null)

export const role = computed(() => user.value?.role ?? null)

let renewal: ReturnType<typeof setTimeout> | undefined
let renewAt = Infinity

function enter(answer: unknown): User {
  const { user: who, accessToken: token, expiresIn } = SignedIn.parse(answer)
  // The cookie now belongs to somebody else (another tab signed in): nothing on this page is theirs.
  if (user.value && user.value.id !== who.id) location.assign('/')

  if (readSetting(HINT) !== who.id) forgetJobsOfOthers(who.id)
  writeSetting(HINT, who.id)
  writeSetting(ME, who.role === 'vendor' ? JSON.stringify(who) : null)
  user.value = who
  accessToken.value = token
  phase.value = 'signed_in'
  sessionEnded.value = false
  renewIn(expiresIn * 750)
  return who
}

/** No kept job outlasts its vendor's session in this browser. Loaded when it is needed: not for the sign-in page. */
function forgetJobsOfOthers(userId: string | null) {
  void import('../offline/offline-jobs.ts').then(({ forgetJobs }) => forgetJobs({ but: userId })).catch(() => {})
}

function leave({ ended }: { ended: boolean }) {
  clearTimeout(renewal)
  renewAt = Infinity
  writeSetting(HINT, null)
  writeSetting(ME, null)
  forgetJobsOfOthers(null)
  accessToken.value = null
  user.value = null
  sessionEnded.value = ended
  phase.value = 'signed_out'
}

function renewIn(milliseconds: number) {
  clearTimeout(renewal)
  renewAt = Date.now() + milliseconds
  renewal = setTimeout(() => void renew().catch(() => {}), Math.min(milliseconds, 2 ** 31 - 1))
}

export async function signIn(login: Login): Promise<void> {
  enter(await send('/auth/login', { method: 'POST', body: login }))
}

export async function register(details: Register): Promise<void> {
  enter(await send('/auth/register', { method: 'POST', body: details }))
}

export async function signOut(): Promise<void> {
  const token = accessToken.value
  leave({ ended: false })
  // Out of this page in any case; if the server cannot be told now, the cookie ends by itself.
  await send('/auth/logout', { method: 'POST', token, keepalive: true }).catch(() => {})
}

let renewing: Promise<boolean> | null = null

/** A fresh token, without anybody noticing. False: the session has ended, and `phase` says so. */
export function renew(): Promise<boolean> {
  // Whoever has left is not let in again by something that still asks in their name.
  if (phase.peek() === 'signed_out') return Promise.resolve(false)
  renewing ??= refresh().finally(() => (renewing = null))
  return renewing
}

async function refresh(): Promise<boolean> {
  try {
    enter(await oneTabAtATime(() => send('/auth/refresh', { method: 'POST', keepalive: true } satisfies Request)))
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      leave({ ended: phase.value === 'signed_in' })
      return false
    }
    if (phase.value === 'restoring') begin(User.safeParse(readJsonSetting(ME)).data)
    if (phase.value === 'signed_in') renewIn(2_000)
    throw error
  }
}

/** Without a network: with whoever was here last if their work allows it, else not at all. */
function begin(last: User | undefined) {
  user.value = last ?? null
  phase.value = last ? 'signed_in' : 'unreachable'
}

/**
 * The refresh cookie is good for one use, and using an old one ends the whole session: two tabs must not send the same
 * one. Locks exist in secure contexts only; on plain HTTP in a local network a race of two tabs stays possible.
 */
function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request('callout.refresh', work) : work()
}

/** Asks for the session that may exist. Call at the start, and again when it was unreachable. */
export async function restore(): Promise<void> {
  if (phase.value === 'signed_out') return
  phase.value = 'restoring'
  await renew().catch(() => {})
}

/** Follows what happens outside this page: other tabs, and a sleep that was longer than the token. */
export function watchSession(): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== `callout.${HINT}` || newValue === (user.value?.id ?? null)) return
    if (newValue === null) leave({ ended: false })
    else location.reload()
  })
  const wake = () => {
    if (!document.hidden && (Date.now() > renewAt || (user.value && !accessToken.value))) void renew().catch(() => {})
  }
  document.addEventListener('visibilitychange', wake)
  addEventListener('online', wake)
}

/**
 * What one signed-in person's work needs of the session: as soon as somebody else is here, or nobody, it has no token and
 * gets none, so nothing of theirs is ever done in another one's name.
 */
export function sessionOf(userId: string) {
  const token = computed(() => (user.value?.id === userId ? accessToken.value : null))
  const renewMine = async () => user.peek()?.id === userId && (await renew())
  return { token, renew: renewMine, api: createApi({ token: () => token.peek(), renew: renewMine }) }
}
