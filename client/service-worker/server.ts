import { textOf } from './message.ts'

export type AcceptResult = 'accepted' | 'taken' | 'signIn' | 'notAccepted'

const send = (method: string, path: string, token: string | null, body?: unknown) =>
  // Relative to the worker's own address, which may be below a base path.
  fetch(`api${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  })

/** The worker has no access token: the browser's cookie gets one. null: the session has ended. */
async function accessToken(): Promise<string | null> {
  const response = await send('POST', '/auth/refresh', null)
  return response.ok ? textOf(await response.json(), 'accessToken') || null : null
}

/** `commandId`: pressing twice is one command. */
export async function acceptOffer(orderId: string, commandId: string): Promise<AcceptResult> {
  try {
    const token = await accessToken()
    if (token === null) return 'signIn'
    const path = `/orders/${encodeURIComponent(orderId)}/status`
    const response = await send('PATCH', path, token, { status: 'accepted', commandId })
    if (response.ok) return 'accepted'
    return textOf(await response.json(), 'code') === 'already_taken' ? 'taken' : 'notAccepted'
  } catch {
    return 'notAccepted'
  }
}

export async function sendSubscription(subscription: PushSubscription): Promise<void> {
  const token = await accessToken()
  if (token !== null) await send('POST', '/push/subscriptions', token, subscription.toJSON())
}
