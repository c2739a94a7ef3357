import { computed, signal } from '@preact/signals'
import { roles } from '#shared/actors.ts'
import type { Login, Register, User } from '#shared/users.ts'
import { basePath } from './base-path.ts'
import { t } from '../../i18n/index.ts'
import { ApiError } from './api-error.ts'
import { send } from './http.ts'
import { deletePersonal } from '../ui/drafts.ts'
import { readSetting, readJsonSetting, writeSetting } from '../ui/local-storage.ts'
import { loadChunk } from '../ui/load-chunk.ts'

/** `restoring`: a session may exist and is requested. `unreachable`: the request failed without a response. */
export type Phase = 'restoring' | 'signed_out' | 'signed_in' | 'unreachable'

/**
 * The id of the user who may have a session; no secret. A first visit sends no request, and tabs notice each other's sign-in.
 * Empty after the server has ended the session, absent after signing out.
 */
const SESSION_KEY = 'session'
/** The user, if a vendor: vendors can start without a network. */
const USER_KEY = 'me'
/** The role of the user who may have a session: its pages are loaded before the answer (app.tsx). */
const ROLE_KEY = 'role'

export const phase = signal<Phase>(readSetting(SESSION_KEY) ? 'restoring' : 'signed_out')
export const user = signal<User | null>(null)
/** Whether the server has ended the session; false after signing out. */
const sessionEnded = signal(false)
/** Why this person has to sign in again without having signed out. */
export const endedBecause = computed(() => (sessionEnded.value ? t().errors.session_ended : null))
/** In memory only, so that it is on no disk. */
export const accessToken = signal<string | null>(null)

/** The server answers this person's requests with second_factor_missing. */
export const secondFactorMissing = signal(false)

export const role = computed(() => user.value?.role ?? null)

let renewal: ReturnType<typeof setTimeout> | undefined
let renewAt = Infinity
/** Whether this browser stores settings, so that one that is absent means something. */
let sessionStored = false

/** Schemas show no texts. */
const noMore = async () => {}

/** The schemas, with zod: the form is usable before they are loaded. */
export const loadUserSchemas = () => loadChunk(() => import('#shared/users.ts'), noMore)

/** Of the person who may have a session. Most who sign in for the first time are customers. */
export const lastRole = () => roles.find((name) => name === readSetting(ROLE_KEY)) ?? 'customer'

/** Starts the session of an answer to any way of signing in. */
export async function startSession(response: unknown): Promise<void> {
  const { user: signedIn, accessToken: token, expiresIn } = (await loadUserSchemas()).SignedIn.parse(response)
  // Another tab signed in as another user, so the cookie is theirs: start over.
  if (user.value && user.value.id !== signedIn.id) location.assign(`${basePath}/`)

  if (readSetting(SESSION_KEY) !== signedIn.id) deleteOrdersOfOthers(signedIn.id)
  if (user.value?.id !== signedIn.id) deletePersonal(signedIn.id)
  writeSetting(SESSION_KEY, signedIn.id)
  sessionStored = readSetting(SESSION_KEY) !== null
  writeSetting(USER_KEY, signedIn.role === 'vendor' ? JSON.stringify(signedIn) : null)
  writeSetting(ROLE_KEY, signedIn.role)
  user.value = signedIn
  accessToken.value = token
  phase.value = 'signed_in'
  sessionEnded.value = false
  renewIn(expiresIn * 750)
}

/** What is stored of a person's orders ends with the session. Imported lazily, to keep it out of the sign-in page. */
function deleteOrdersOfOthers(userId: string | null, ended = false) {
  void import('../offline/offline-jobs.ts')
    .then(({ deleteStored }) => deleteStored({ but: userId, ended }))
    .catch(() => {})
}

/** `ended`: by the server, so what was typed stays for the next sign-in. `said`: the person is told. */
function endSession({ ended, said = ended }: { ended: boolean; said?: boolean }) {
  clearTimeout(renewal)
  renewAt = Infinity
  writeSetting(SESSION_KEY, ended ? '' : null)
  writeSetting(USER_KEY, null)
  writeSetting(ROLE_KEY, null)
  if (!ended) deletePersonal(null)
  deleteOrdersOfOthers(null, ended)
  accessToken.value = null
  user.value = null
  sessionEnded.value = said
  secondFactorMissing.value = false
  phase.value = 'signed_out'
}

function renewIn(milliseconds: number) {
  clearTimeout(renewal)
  renewAt = Date.now() + milliseconds
  renewal = setTimeout(() => void renew().catch(() => {}), Math.min(milliseconds, 2 ** 31 - 1))
}

export async function signIn(login: Login): Promise<void> {
  await startSession(await send('/auth/login', { method: 'POST', body: login }))
}

export async function register(details: Register): Promise<void> {
  await startSession(await send('/auth/register', { method: 'POST', body: details }))
}

export async function signOut(): Promise<void> {
  const token = accessToken.value
  endSession({ ended: false })
  // The page is signed out in any case; if the request fails, the cookie expires by itself.
  await send('/auth/logout', { method: 'POST', token, keepalive: true }).catch(() => {})
}

let renewing: Promise<boolean> | null = null

/** Renews the token. Resolves to false when the session has ended. */
export function renew(): Promise<boolean> {
  // A request that is still running after signing out must not sign in again.
  if (phase.peek() === 'signed_out') return Promise.resolve(false)
  renewing ??= refresh().finally(() => (renewing = null))
  return renewing
}

/** Tabs may send the same cookie at once: for a minute the server answers the previous one as well. */
async function refresh(): Promise<boolean> {
  try {
    await startSession(await send('/auth/refresh', { method: 'POST', keepalive: true }))
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      endSession({ ended: readSetting(SESSION_KEY) !== null, said: phase.value === 'signed_in' })
      return false
    }
    if (phase.value === 'restoring') startOffline(await storedVendor())
    renewIn(2_000)
    throw error
  }
}

/** Without a network the schemas come from the service worker. */
async function storedVendor(): Promise<User | undefined> {
  const stored = readJsonSetting(USER_KEY)
  if (stored === undefined) return undefined
  return import('#shared/users.ts').then(
    ({ User: schema }) => schema.safeParse(stored).data,
    () => undefined,
  )
}

/** Starts without a network: only for a vendor whose session was stored. */
function startOffline(stored: User | undefined) {
  sessionStored = true
  user.value = stored ?? null
  phase.value = stored ? 'signed_in' : 'unreachable'
}

/** Requests the session that may exist. Called at the start, and to retry when the server was unreachable. */
export async function restore(): Promise<void> {
  if (phase.value === 'signed_out') return
  phase.value = 'restoring'
  await renew().catch(() => {})
}

/** Reacts to other tabs' sign-in and sign-out, and renews a token that expired while the device slept. */
export function watchSession(): void {
  const follow = () => {
    const now = readSetting(SESSION_KEY)
    if (now && now !== user.value?.id && (user.value || phase.value === 'signed_out')) location.reload()
    if (!now && user.value && sessionStored) endSession({ ended: now !== null })
  }
  addEventListener('storage', follow)
  const wake = () => {
    // A page that was frozen has missed the events.
    follow()
    if (!document.hidden && (Date.now() > renewAt || (user.value && !accessToken.value))) void renew().catch(() => {})
  }
  document.addEventListener('visibilitychange', wake)
  addEventListener('online', wake)
}
