import type * as z from 'zod/mini'
import { ApiError } from './api-error.ts'
import type { Request, Send } from './http.ts'

/** Sends the requests with the current token, and with a new one when the server refuses it. */
export interface ApiDependencies {
  send: Send
  token(): string | null
  /** Resolves to false when the session has ended. */
  renew(): Promise<boolean>
  /** Called when this person has to set up the second factor first. */
  limited?(): void
}

/**
 * The API for a signed-in person. Responses are parsed once, with the shared schema. After a 401 the token is renewed and
 * the request is sent once more.
 */
export function createApi({ send, ...session }: ApiDependencies) {
  async function authorized(path: string, request: Request): Promise<unknown> {
    const token = session.token()
    try {
      return await send(path, { ...request, token })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.code === 'second_factor_missing') session.limited?.()
      if (error.status !== 401) throw error
      // Another request may have renewed the token since this one was sent.
      if (session.token() === token && !(await session.renew())) throw error
      return send(path, { ...request, token: session.token() })
    }
  }

  return {
    async get<S extends z.ZodMiniType>(path: string, schema: S): Promise<z.infer<S>> {
      return schema.parse(await authorized(path, {}))
    },
    async post<S extends z.ZodMiniType>(
      path: string,
      schema: S,
      body: unknown,
      headers?: Record<string, string>,
    ): Promise<z.infer<S>> {
      return schema.parse(await authorized(path, { method: 'POST', body, headers }))
    },
    async remove(path: string): Promise<void> {
      await authorized(path, { method: 'DELETE' })
    },
    async put<S extends z.ZodMiniType>(path: string, schema: S, body: unknown): Promise<z.infer<S>> {
      return schema.parse(await authorized(path, { method: 'PUT', body }))
    },
    async patch<S extends z.ZodMiniType>(path: string, schema: S, body: unknown): Promise<z.infer<S>> {
      return schema.parse(await authorized(path, { method: 'PATCH', body }))
    },
  }
}
export type Api = ReturnType<typeof createApi>
