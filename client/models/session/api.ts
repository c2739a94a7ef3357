import type * as z from 'zod/mini'
import { ApiError } from './api-error.ts'
import { send, type Request } from './http.ts'

/** What the API needs of the session: the token of the moment, and a new one when the server no longer takes it. */
export interface TokenSource {
  token(): string | null
  /** Resolves to false when the session has ended. */
  renew(): Promise<boolean>
}

/**
 * The API as a signed-in person uses it. Answers are parsed with the shared schema, once; inside, types are true.
 * A 401 is answered with one renewal of the token and one retry.
 */
export function createApi(session: TokenSource) {
  async function ask(path: string, request: Request): Promise<unknown> {
    const token = session.token()
    try {
      return await send(path, { ...request, token })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      // Somebody else may have renewed it while this request was on its way.
      if (session.token() === token && !(await session.renew())) throw error
      return send(path, { ...request, token: session.token() })
    }
  }

  return {
    async get<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.infer<S>> {
      return schema.parse(await ask(path, {}))
    },
    async post<S extends z.ZodMiniType>(
      path: string,
      schema: S,
      body: unknown,
      headers?: Record<string, string>,
    ): Promise<z.infer<S>> {
      return schema.parse(await ask(path, { method: 'POST', body, headers }))
    },
    async remove(path: string): Promise<void> {
      await ask(path, { method: 'DELETE' })
    },
    async patch<S extends z.ZodMiniType>(path: string, schema: S, body: unknown): Promise<z.infer<S>> {
      return schema.parse(await ask(path, { method: 'PATCH', body }))
    },
  }
}
export type Api = ReturnType<typeof createApi>
