import type { FileRecord } from '../file-records.ts'

/** A photo of Ben's on the order o1, which the order does not name yet. */
export const aFile = ({ id, ...more }: Partial<FileRecord> & { id: string }): FileRecord => ({
  id,
  storageKey: `key${id}`,
  orderId: 'o1',
  messageId: '',
  kind: 'photo',
  internal: false,
  settled: false,
  name: 'Roof',
  type: 'image/jpeg',
  size: 1,
  width: 1,
  height: 1,
  byId: 'ben',
  byName: 'Ben',
  byRole: 'vendor',
  at: '2026-03-02T08:00:00.000Z',
  ...more,
})
