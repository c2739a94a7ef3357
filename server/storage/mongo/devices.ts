import type { DeviceRecord, DeviceStore } from '../store.ts'
import type { Use } from './database.ts'
import { unlessTaken } from './duplicates.ts'
import type { DeviceDocument } from './schemas.ts'

export function presentDevice(document: DeviceDocument): DeviceRecord {
  const { _id, name, vendorId, createdAt, lastSeenAt, secretHash, session } = document
  return { id: _id, name, vendorId, createdAt, lastSeenAt, secretHash, session }
}

export const createDevices = (use: Use): DeviceStore => ({
  create: ({ id, ...device }) =>
    use(async ({ devices }) => {
      await unlessTaken(devices.create({ _id: id, ...device }), {})
    }),

  async byId(id) {
    const found = await use(({ devices }) => devices.findById(id).lean())
    return found && presentDevice(found)
  },

  async list({ vendorId }) {
    const filter = vendorId === undefined ? {} : { vendorId }
    const found = await use(({ devices }) => devices.find(filter).sort({ name: 1, _id: 1 }).lean())
    return found.map(presentDevice)
  },

  async seen(id, at) {
    await use(({ devices }) => devices.updateOne({ _id: id }, { $set: { lastSeenAt: at } }))
  },

  async keepSession(id, session) {
    await use(({ devices }) => devices.updateOne({ _id: id }, { $set: { session } }))
  },

  async remove(id) {
    const { deletedCount } = await use(({ devices }) => devices.deleteOne({ _id: id }))
    return deletedCount === 1
  },
})
