import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import type { Answer, TestApp } from '../../server/testing/app.ts'
import type { Unchecked } from '../../server/testing/probe.ts'
import { callerKinds, callerNames, type Caller, type CallerName, type Callers } from './callers.ts'
import { createInputs, type Pools } from './inputs.ts'

export interface GeneratedCall {
  operationId: string
  caller: CallerName
  path: Record<string, string>
  query: Record<string, unknown>
  headers: Record<string, unknown>
  /** JSON; undefined for no body. */
  body: string | undefined
}

interface Operation {
  id: string
  method: string
  path: string
  definition: Unchecked
}

/** The calls of the OpenAPI document: what to send, and whether an answer is as the document says. */
export function createCalls(document: Unchecked, pools: Pools) {
  const inputs = createInputs(document.components.schemas, pools)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'openapi', ...document })
  const operations = Object.entries<Unchecked>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Unchecked>(methods).map(([method, definition]): Operation => ({
      id: definition.operationId,
      method,
      path,
      definition,
    })),
  )
  const byId = new Map(operations.map((operation) => [operation.id, operation]))

  const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1')
  const pointer = ({ path, method }: Operation, ...rest: string[]) =>
    `openapi#/${['paths', path, method, ...rest].map(escaped).map(encodeURIComponent).join('/')}`

  /** What is wrong with the value; null if the schema at the pointer accepts it. */
  function problemOf($ref: string, value: unknown): string | null {
    const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref })
    return validate(value) ? null : ajv.errorsText(validate.errors)
  }

  /** Whether the document lets the caller make the call. */
  function mayCall({ definition }: Operation, caller: CallerName): boolean {
    if (definition.security.length === 0) return true
    const { scheme, has } = callerKinds[caller]
    return definition.security.some((one: Unchecked) => {
      const list = scheme === null ? undefined : one[scheme]
      return list !== undefined && (list.length === 0 || list.includes(has))
    })
  }

  function generatedCall(operation: Operation): fc.Arbitrary<GeneratedCall> {
    const { id, path, definition } = operation
    const allowed = callerNames.filter((name) => mayCall(operation, name))
    const parameters = (place: string) => {
      const named = (definition.parameters ?? []).filter((one: Unchecked) => one.in === place)
      const entries = named.map(({ name, schema }: Unchecked) => {
        const pool = place === 'path' ? (path.split('/')[1] ?? '') : name
        const right = inputs.valueOf(schema, pool)
        const text = fc.string({ minLength: 1, maxLength: 20 }).filter((one) => !/^\.{1,2}$/.test(one))
        return [name, fc.oneof({ weight: 5, arbitrary: right }, text)]
      })
      const required = named.flatMap(({ name, required: must }: Unchecked) => (must ? [name] : []))
      return fc.record(Object.fromEntries(entries), { requiredKeys: required })
    }
    const schema = definition.requestBody?.content['application/json']?.schema
    const body: fc.Arbitrary<string | undefined> = schema
      ? fc.oneof(
          { weight: 6, arbitrary: inputs.valueOf(schema, '').map((value) => JSON.stringify(value)) },
          { weight: 3, arbitrary: inputs.wrong(schema).map((value) => JSON.stringify(value)) },
          { weight: 1, arbitrary: fc.constantFrom('{"', '', 'null', '[]', '{"__proto__":{}}', ' '.repeat(70_000)) },
        )
      : fc.constant(undefined)
    return fc.record({
      operationId: fc.constant(id),
      caller: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...(allowed.length > 0 ? allowed : callerNames)) },
        fc.constantFrom(...callerNames),
      ),
      path: parameters('path').map(texts),
      query: parameters('query'),
      headers: parameters('header'),
      body,
    })
  }

  const texts = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))

  /** What is wrong with the answer; null if it is as the document says. */
  function problemOfAnswer(operation: Operation, call: GeneratedCall, answer: Answer): string | null {
    const { status, headers, body } = answer
    if (status >= 500) return `answers ${status}`
    const documented = operation.definition.responses[status]
    if (!documented) return `${status} ${body?.code ?? ''} is not documented`
    const type = headers.get('content-type')?.split(';')[0] ?? null
    const types = Object.keys(documented.content ?? {})
    if (types.length === 0 ? body !== '' : !types.includes(type ?? '')) return `${status} with the content ${type}`
    if (type?.includes('json')) {
      const wrong = problemOf(pointer(operation, 'responses', String(status), 'content', type, 'schema'), body)
      if (wrong) return `${status}: ${wrong}`
    }
    const isCookieOnly = operation.definition.security.some((one: Unchecked) => one.sessionCookie)
    if (status < 400 && !mayCall(operation, call.caller) && !isCookieOnly)
      return `${status} for a caller who is not named`
    if (call.body !== undefined && status < 400 && operation.definition.requestBody) {
      const wrong = problemOf(
        pointer(operation, 'requestBody', 'content', 'application/json', 'schema'),
        parsed(call.body),
      )
      if (wrong) return `${status} for a body that the document refuses: ${wrong}`
    }
    return null
  }

  return {
    ids: operations.map(({ id }) => id),
    generated: fc.oneof(...operations.map(generatedCall)),

    /** Makes the call. Resolves to the answer, and what is wrong with it. */
    async make(app: TestApp, callers: Callers, call: GeneratedCall) {
      const operation = byId.get(call.operationId)
      if (!operation) throw new Error(`no operation ${call.operationId}`)
      let caller = await callers.get(call.caller)
      let answer = await send(app, operation, caller, call)
      if (answer.status === 401 && caller.token !== null && !(await callers.isValid(caller))) {
        caller = await callers.renew(call.caller)
        answer = await send(app, operation, caller, call)
      }
      const isRefused = answer.body?.code === 'unauthenticated'
      const problem =
        isRefused && caller.token !== null && mayCall(operation, call.caller)
          ? 'refuses a caller who is named'
          : problemOfAnswer(operation, call, answer)
      return { operation, answer, problem }
    },
  }
}

export type Calls = ReturnType<typeof createCalls>

function parsed(text: string): unknown {
  try {
    return JSON.parse(text || '{}')
  } catch {
    return undefined
  }
}

async function send(
  app: TestApp,
  { method, path }: Operation,
  { token }: Caller,
  call: GeneratedCall,
): Promise<Answer> {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(call.path[name] ?? ''))
  const query = new URLSearchParams(
    Object.entries(call.query).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]),
    ),
  )
  const headers = Object.fromEntries(
    Object.entries(call.headers)
      .map(([name, value]) => [name, String(value).replace(/[^\x20-\x7e]/g, '') || 'k'] as const)
      .map(([name, value]) => [name, value.trim() || 'k']),
  )
  const response = await fetch(`${app.http}/api${filled}${query.size > 0 ? `?${query}` : ''}`, {
    method: method.toUpperCase(),
    redirect: 'manual',
    headers: {
      ...headers,
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: call.body,
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}
