import { MessageList } from '#shared/messages.ts'
import type { Api } from '../../../client/live/api.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import { difference, type Difference } from './difference.ts'

/** Each message that was acknowledged is among those of its order, once. */
export async function checkMessages(
  api: Pick<Api, 'get'>,
  { messages }: Pick<Acknowledgements, 'messages'>,
): Promise<Difference[]> {
  const wrong: string[] = []
  for (const { orderId, text } of messages) {
    const list = await api.get(`/orders/${orderId}/messages?limit=200`, MessageList)
    const found = list.messages.filter((message) => message.text === text).length
    if (found !== 1) wrong.push(`${orderId} has the message ${text} ${found} times`)
  }
  return wrong.map(difference('message'))
}
