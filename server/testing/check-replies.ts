import { isDeepStrictEqual } from 'node:util'
import { errorsOf, type Reply, type ReplyBody, type Route } from '../http/route.ts'
import { DomainError } from '../lib/errors.ts'

/** Checks every reply and every refusal against what the route says of itself, which is what the API document says. */
export function createReplyChecks() {
  const problems = new Set<string>()

  function note(route: Route, problem: string) {
    const text = `${route.method.toUpperCase()} /api${route.path}: ${problem}`
    problems.add(text)
    return new Error(text)
  }

  async function checked(route: Route, handled: Promise<Reply>): Promise<Reply> {
    const reply = await handled.catch((error: unknown) => {
      if (!(error instanceof DomainError) || errorsOf(route).includes(error.code)) throw error
      throw note(route, `answers ${error.code}, which it does not list`)
    })
    const { status } = reply
    const expected = route.reply[status]
    if (expected === undefined) throw note(route, `answers ${status}, which it does not list`)
    const problem = problemOf(expected, reply)
    if (problem) throw note(route, `${status}: ${problem}`)
    return reply
  }

  return {
    wrapRoute: (route: Route): Route => ({
      ...route,
      handle: (request, identity) => checked(route, route.handle(request, identity)),
    }),

    /** Throws when a reply was not as its route says. */
    assertNone() {
      if (problems.size > 0) throw new Error([...problems].join('\n'))
    },
  }
}

function problemOf(expected: ReplyBody, { body, html, stream, headers }: Reply): string | null {
  if (expected === 'text/html') return html === undefined ? 'no page' : null
  if (expected === 'text/csv') return stream && headers?.['Content-Type']?.startsWith(expected) ? null : 'no CSV'
  if (expected === 'image/*') return stream && headers?.['Content-Type']?.startsWith('image/') ? null : 'no picture'
  if (expected === null) return body === undefined ? null : 'a body, where the route lists none'
  // What arrives: without members that are undefined.
  const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body))
  const read = expected.safeParse(sent)
  if (!read.success) return JSON.stringify(read.error.issues)
  return isDeepStrictEqual(read.data, sent) ? null : `has more than its schema: ${JSON.stringify(sent)}`
}
