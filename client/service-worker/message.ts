import type { PushMessage } from '#shared/push.ts'

/**
 * The fields of a push message that the worker needs. The server has built it with the schema in shared/push.ts, which
 * the worker does not import: it must stand alone, without the chunks of the page.
 */
export interface ReceivedPush {
  id: string
  event: PushMessage['event'] | ''
  order: { id: string; number: string } | null
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined

export const textOf = (value: unknown, name: string): string => {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : ''
}

const isEvent = (name: string): name is PushMessage['event'] => name !== ''

export function readPush(value: unknown): ReceivedPush {
  const [order, event] = [fieldOf(value, 'order'), textOf(value, 'event')]
  const [id, number] = [textOf(order, 'id'), textOf(order, 'number')]
  return { id: textOf(value, 'id'), event: isEvent(event) ? event : '', order: id ? { id, number } : null }
}
