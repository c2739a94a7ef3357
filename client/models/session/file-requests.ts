import type { ReadonlySignal } from '@preact/signals'
import { errorFrom, offlineError } from './api-error.ts'
import { basePath } from './base-path.ts'

export interface FileRequestsDependencies {
  token: ReadonlySignal<string | null>
  renew(): Promise<boolean>
}

export type FileRequests = ReturnType<typeof createFileRequests>

/** A picture from a phone takes a while on a slow network. In ms. */
const longest = 120_000

/** Requests of the API whose body or answer is a file instead of JSON. All reject with ApiError. */
export function createFileRequests({ token, renew }: FileRequestsDependencies) {
  const request = (path: string, body?: Blob) =>
    fetch(`${basePath}/api${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token.peek()}`, ...(body && { 'content-type': body.type }) },
      body,
      signal: AbortSignal.timeout(longest),
    }).catch(() => {
      throw offlineError()
    })

  async function authorized(path: string, body?: Blob): Promise<Response> {
    const first = await request(path, body)
    const response = first.status === 401 && (await renew()) ? await request(path, body) : first
    if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => undefined))
    return response
  }

  /** A connection that breaks in the middle of the answer. */
  const read = <Body>(body: Promise<Body>): Promise<Body> =>
    body.catch(() => {
      throw offlineError()
    })

  return {
    text: async (path: string): Promise<string> => read((await authorized(path)).text()),
    blob: async (path: string): Promise<Blob> => read((await authorized(path)).blob()),
    /** Sends the blob as the body. */
    upload: async (path: string, blob: Blob): Promise<unknown> => read((await authorized(path, blob)).json()),
  }
}
