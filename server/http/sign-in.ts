import type { Request } from 'express'
import { errorCodes } from '#shared/errors.ts'
import type { Login } from '#shared/users.ts'
import type { SignInCheck } from '../auth/checks.ts'
import type { KnownBrowsers } from '../auth/known-browsers.ts'
import type { OpenedSession } from '../auth/sessions.ts'
import { DomainError } from '../lib/errors.ts'
import { createCounter } from '../lib/metrics.ts'
import type { UsersService } from '../services/users.service.ts'
import { browserTokenOf, redirectStateOf } from './cookies.ts'
import type { RateLimits } from './middleware/rate-limits.ts'
import type { Reply } from './route.ts'

/** Called before a session of this browser is answered, which has not signed in to the account before. */
export type NewBrowserTask = (account: Account, opened: OpenedSession, request: Request) => Promise<void>

/** The account of a session that is opened, as it is stored. */
type Account = Parameters<SignInCheck>[0]

export interface SignInDependencies {
  users: Pick<UsersService, 'authenticate' | 'openSession'>
  knownBrowsers: KnownBrowsers
  limits: Pick<RateLimits, 'login' | 'signedIn'>
  /** Throws demo_account when a demo account signs in through a proxy. */
  refuseDemo: (userId: string, request: Request) => void
}

export type SignIn = ReturnType<typeof createSignIn>

/** Every way to get a session passes here: with a password, with a second step, through another provider. */
export function createSignIn({ users, knownBrowsers, limits, refuseDemo }: SignInDependencies) {
  const checks: SignInCheck[] = []
  const newBrowserTasks: NewBrowserTask[] = []
  const signIns = createCounter(
    {
      name: 'callout_sign_ins_total',
      help: 'Sessions opened (ok), and attempts with a password that were refused, by error code.',
      labels: ['outcome'],
    },
    [{ outcome: 'ok' }, { outcome: 'bad_credentials' }],
  )

  /** Throws bad_credentials or too_many_requests. */
  function authenticate(login: Login, request: Request): Promise<Account> {
    const browser = knownBrowsers.recognise(browserTokenOf(request), login.email)
    return limits.login({ address: request.ip, browser }, login.email, () => users.authenticate(login))
  }

  /** Answers with a session; the address and the browser are known for its account from now on. */
  async function reply(status: number, request: Request, opened: OpenedSession, log?: Reply['log']): Promise<Reply> {
    const { signedIn, refreshToken } = opened
    const { id, email, role } = signedIn.user
    await limits.signedIn(request.ip, email)
    const browser = knownBrowsers.add(browserTokenOf(request), email)
    return { status, log: log && { ...log, user: id, role }, body: signedIn, cookie: refreshToken, browser }
  }

  /** A new session, once every check except `passed` has passed. */
  async function open(
    account: Account,
    request: Request,
    { passed, log = { message: 'signed in' } }: { passed?: SignInCheck; log?: Reply['log'] } = {},
  ): Promise<Reply> {
    refuseDemo(account.id, request)
    const runChecks = async (now: Account) => {
      for (const check of checks) if (check !== passed) await check(now)
    }
    await runChecks(account)
    const opened = await users.openSession(account, runChecks, request.get('user-agent') ?? null)
    const answer = await reply(200, request, opened, log)
    signIns.inc({ outcome: 'ok' })
    // The browser gets another token when it has not signed in to the account before.
    if (answer.browser) for (const task of newBrowserTasks) await task(account, opened, request)
    return answer
  }

  return {
    /** Adds a check to every sign-in. */
    addCheck: (check: SignInCheck) => void checks.push(check),

    onNewBrowser: (task: NewBrowserTask) => void newBrowserTasks.push(task),

    async withPassword(login: Login, request: Request): Promise<Reply> {
      try {
        return await open(await authenticate(login, request), request)
      } catch (error) {
        if (error instanceof DomainError) signIns.inc({ outcome: error.code })
        throw error
      }
    },

    metric: signIns,

    open,
    reply,
    redirectStateOf,

    /**
     * Asks a signed-in person for their password again: guesses count as failed sign-ins. Throws wrong_password, at this field
     * of the body, or too_many_requests.
     */
    async confirmPassword(
      { email }: Pick<Account, 'email'>,
      password: string,
      request: Request,
      path: 'password' | 'current' = 'password',
    ): Promise<void> {
      try {
        await authenticate({ email, password }, request)
      } catch (error) {
        const wrong = error instanceof DomainError && error.code === 'bad_credentials'
        if (!wrong) throw error
        const { title: message } = errorCodes.wrong_password
        throw new DomainError('wrong_password', message, { errors: [{ path, message, code: 'wrong_password' }] })
      }
    },
  }
}
