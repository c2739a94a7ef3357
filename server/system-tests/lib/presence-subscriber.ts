import type { Message, Probe } from '../../testing/probe.ts'
import type { TestServer } from './server.ts'

/** Subscribes an admin to all status events and retained statuses of vendors. */
export async function subscribeToPresence(server: TestServer): Promise<Probe> {
  const probe = await server.admin.connect()
  await probe.subscribe('vendor/status')
  await probe.subscribe('vendor/status/+')
  return probe
}

/** Matches a message with this status of the vendor. */
export const hasStatus =
  (vendor: { id: string }, status: string, topic = `vendor/status/${vendor.id}`) =>
  (message: Message) =>
    message.topic === topic && message.payload.vendorId === vendor.id && message.payload.status === status

/** Statuses of a vendor that were received since `messages` was cleared, on both topics. */
export const statusesOf = (observer: Probe, vendor: { id: string }): string[] =>
  observer.messages.filter(({ payload }) => payload.vendorId === vendor.id).map(({ payload }) => payload.status)
