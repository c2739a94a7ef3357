import type { NoteStore } from '../store.ts'
import type { Use } from './database.ts'

export const createKeyValue = (use: Use): NoteStore => ({
  async get(name) {
    const found = await use(({ notes }) => notes.findById(name).lean())
    return found?.text ?? null
  },

  async put(name, text) {
    await use(({ notes }) => notes.updateOne({ _id: name }, { $set: { text } }, { upsert: true }))
  },

  async remove(name) {
    await use(({ notes }) => notes.deleteOne({ _id: name }))
  },
})
