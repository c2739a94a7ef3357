import { boolean, defineRecords, integer, json, nullable, text, type RecordOf } from '../records.ts'

/**
 * Messages on their way to receivers outside this system, and for a while those that have arrived: `id` identifies the
 * message, so that one added twice is sent once. The messages of one `queue` are sent one after the other, oldest first.
 */
export const deliveryRecords = defineRecords({
  name: 'deliveries',
  key: 'id',
  fields: {
    id: text(),
    channel: text(),
    queue: text(),
    /** What the channel needs to send it. */
    payload: json<unknown>(),
    state: text<'waiting' | 'sent' | 'failed'>(),
    attempts: integer(),
    /** Whether an attempt is in progress, or was when its process was killed. */
    sending: boolean(),
    createdAt: text(),
    /** When the next attempt is due; while one is in progress, when it counts as lost. */
    dueAt: text(),
    /** What the receiver answered, or why the last attempt failed. */
    result: nullable(text()),
    expiresAt: nullable(text()),
    /** Of the request that led to it, for the log. */
    requestId: nullable(text()),
  },
  indexes: { byQueue: ['state', 'queue', 'createdAt'] },
  expires: 'expiresAt',
})

export type DeliveryRecord = RecordOf<typeof deliveryRecords>
