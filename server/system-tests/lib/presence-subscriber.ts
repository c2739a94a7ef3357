import type { Message, Probe } from '../../testing/probe.ts'
import type { ProvenServer } from './server.ts'

/** An admin's screen: every change of every vendor, and the retained picture. */
export async function watching(server: ProvenServer): Promise<Probe> {
  const probe = await server.admin.connect()
  await probe.subscribe('vendor/status')
  await probe.subscribe('vendor/status/+')
  return probe
}

/** The news that a vendor has this status. */
export const says =
  (vendor: { id: string }, status: string, topic = `vendor/status/${vendor.id}`) =>
  (message: Message) =>
    message.topic === topic && message.payload.vendorId === vendor.id && message.payload.status === status

/** What a screen was told of a vendor since it was last cleared, on both topics. */
export const told = (screen: Probe, vendor: { id: string }): string[] =>
  screen.messages.filter(({ payload }) => payload.vendorId === vendor.id).map(({ payload }) => payload.status)
