import * as z from 'zod/mini'
import type { EraseAccount } from '#shared/erasure.ts'
import type { Api } from '../../live/api.ts'

/** Saves all data about a person as a file; without an id, the caller's own. Rejects with ApiError. */
export async function downloadData(api: Pick<Api, 'get'>, userId?: string): Promise<void> {
  const data = await api.get(userId === undefined ? '/account/export' : `/users/${userId}/export`, z.unknown())
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'callout-data.json'
  link.click()
  URL.revokeObjectURL(url)
}

/** Erases the caller's own account; the session has ended then. Rejects with ApiError. */
export async function eraseAccount(api: Pick<Api, 'post'>, input: EraseAccount): Promise<void> {
  await api.post('/account/erase', z.unknown(), input)
}
