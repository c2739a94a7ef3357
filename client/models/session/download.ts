import type { ReadonlySignal } from '@preact/signals'
import { errorFrom, offlineError } from './api-error.ts'
import { basePath } from './base-path.ts'

interface DownloadDependencies {
  token: ReadonlySignal<string | null>
  renew(): Promise<boolean>
}

/** Reads a file of the API, which is no JSON, as a text. Rejects with ApiError. */
export const createDownload = ({ token, renew }: DownloadDependencies) => {
  const request = (path: string) =>
    fetch(`${basePath}/api${path}`, { headers: { authorization: `Bearer ${token.peek()}` } }).catch(() => {
      throw offlineError()
    })
  return async (path: string): Promise<string> => {
    const first = await request(path)
    const response = first.status === 401 && (await renew()) ? await request(path) : first
    if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => undefined))
    return response.text()
  }
}
