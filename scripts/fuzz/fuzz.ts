import fc from 'fast-check'
import { placeOrder, type TestApp } from '../../server/testing/app.ts'
import { Probe } from '../../server/testing/probe.ts'
import { createCallers } from './callers.ts'
import { createCalls } from './calls.ts'
import type { Pools } from './inputs.ts'
import { createPublications } from './publications.ts'

export interface FuzzResult {
  calls: number
  publications: number
  messages: number
  /** How often each status was answered. */
  statuses: Record<string, number>
  /** Operations that were answered with a status below 400. */
  succeeded: number
  operations: number
  /** The first of each kind, with its input. */
  problems: string[]
}

const mostProblems = 20

/** The environment of an app for it: every route exists, and no webhook leaves this machine. */
export const fuzzEnv = {
  OIDC_ISSUER: 'http://localhost:1',
  OIDC_CLIENT_ID: 'x',
  PUBLIC_URL: 'http://callout.test',
  WEBHOOKS_ALLOW_PRIVATE: 'true',
}

/** Makes `runs` generated calls and publications, and compares every answer and message with the documents. */
export async function fuzz(app: TestApp, { runs, seed }: { runs: number; seed: number }): Promise<FuzzResult> {
  const callers = createCallers(app)
  const pools = await createPools(app, callers.ids)
  const calls = createCalls((await app.call('GET', '/api/openapi.json')).body, pools)
  const publications = createPublications((await app.call('GET', '/api/asyncapi.json')).body, pools)
  const watcher = await Probe.connect(app.mqtt, { username: 'fuzz', password: app.admin.token })
  for (const filter of ['orders/#', 'customers/#', 'vendor/#', 'services']) await watcher.subscribe(filter)

  const result: FuzzResult = {
    calls: 0,
    publications: 0,
    messages: 0,
    statuses: {},
    succeeded: 0,
    operations: calls.ids.length,
    problems: [],
  }
  const succeeded = new Set<string>()
  const known = new Set<string>()

  /** The first problem of each kind is thrown. Inputs are not reduced: each call changes what the next one meets. */
  function found(problem: string | null, subject: string) {
    if (problem === null) return
    const key = `${subject}: ${problem.replace(/[\w-]{9,}/g, '…').slice(0, 120)}`
    if (!known.has(key)) throw new FoundProblem(`${subject}: ${problem}`, key)
  }

  const action = fc.oneof(
    { weight: 4, arbitrary: calls.generated.map((call) => ({ call })) },
    { weight: 1, arbitrary: publications.generated.map((publication) => ({ publication })) },
  )
  const property = fc.asyncProperty(action, async (one) => {
    if ('publication' in one) {
      result.publications++
      return found(await publications.make(callers, one.publication), `publication to ${one.publication.channel}`)
    }
    result.calls++
    const { operation, answer, problem } = await calls.make(app, callers, one.call)
    result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1
    if (answer.status < 400) succeeded.add(operation.id)
    return found(problem, `${operation.method.toUpperCase()} ${operation.path} by ${one.call.caller}`)
  })

  let left = runs
  while (left > 0 && result.problems.length < mostProblems) {
    const outcome = await fc.check(property, {
      numRuns: left,
      seed: seed + result.problems.length,
      endOnFailure: true,
    })
    left = outcome.failed ? left - outcome.numRuns : 0
    const error: unknown = outcome.errorInstance
    if (!outcome.failed) continue
    if (!(error instanceof FoundProblem)) throw error
    known.add(error.key)
    result.problems.push(`${error.message}\n  ${JSON.stringify(outcome.counterexample)?.slice(0, 800)}`)
  }
  for (const message of watcher.messages) {
    result.messages++
    const problem = publications.problemOfMessage(message)
    if (problem && result.problems.length < mostProblems) result.problems.push(problem)
  }
  await watcher.end()
  callers.close()
  return { ...result, succeeded: succeeded.size }
}

class FoundProblem extends Error {
  readonly key: string
  constructor(message: string, key: string) {
    super(message)
    this.key = key
  }
}

/** Ids of what exists, by the name of the field or the first segment of the path. The callers are not among the users. */
async function createPools(app: TestApp, callerIds: readonly string[]): Promise<Pools> {
  const services = (await app.services()).map(({ id }) => id)
  const [customers, vendors] = [
    [await app.customer(), await app.customer()],
    [await app.vendor(), await app.vendor()],
  ]
  const orders: string[] = []
  for (const customer of customers)
    for (let n = 0; n < 10; n++)
      orders.push((await customer.post('/api/orders', placeOrder(services[0] ?? ''))).body.id)
  const ids = (people: readonly { id: string }[]) => people.map(({ id }) => id)
  const users = [...ids(customers), ...ids(vendors)]
  const { body: webhook } = await app.admin.post('/api/webhooks', {
    url: 'http://127.0.0.1:1/hook',
    events: ['order.placed'],
  })
  const list = (values: readonly string[]) => () => values
  let emails = 0
  return {
    orders: list(orders),
    orderId: list(orders),
    serviceId: list(services),
    services: list(services),
    users: list(users),
    vendorId: list(ids(vendors)),
    customerId: list(ids(customers)),
    id: list(ids(customers)),
    webhooks: list([webhook.webhook.id]),
    userId: () => (callerIds.length > 0 ? callerIds : users),
    email: () => [`x${++emails}@example.com`, 'admin@example.com'],
    password: list([app.password, 'purple sofa lantern']),
    current: list([app.password]),
    phone: list(['+1 555 0100', '030 123456']),
    address: list(['12 Elm Street', 'Lindenstraße 9, Berlin']),
    language: list(['de', 'en-GB']),
    timeZone: list(['Europe/Berlin', 'UTC']),
  }
}
