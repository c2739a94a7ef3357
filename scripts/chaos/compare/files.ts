import type { OrderRecord } from '../../../server/storage/store.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import { difference, type Difference } from './difference.ts'

/** Each photo that was acknowledged is one of its order's, once, and can be read; and so is each that an order names. */
export async function checkFiles(
  isReadable: (id: string) => Promise<boolean>,
  { photos }: Pick<Acknowledgements, 'photos'>,
  stored: ReadonlyMap<string, OrderRecord>,
): Promise<Difference[]> {
  const wrong: string[] = []
  const named = [...stored.values()].flatMap(({ id: orderId, files = [] }) => files.map(({ id }) => ({ orderId, id })))
  const times = new Map<string, number>()
  for (const { id } of named) times.set(id, (times.get(id) ?? 0) + 1)
  for (const [id, count] of times) if (count > 1) wrong.push(`${id} is named ${count} times`)
  for (const { orderId, text } of photos)
    if (!named.some((one) => one.orderId === orderId && one.id === text)) wrong.push(`${orderId} has no ${text}`)
  for (const { orderId, id } of named) if (!(await isReadable(id))) wrong.push(`${id} of ${orderId} cannot be read`)
  return wrong.map(difference('file'))
}
