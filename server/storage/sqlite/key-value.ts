import type { NoteStore } from '../store.ts'
import type { Database } from './database.ts'
import type { Write } from './group-commit.ts'

export function createKeyValue(database: Database, write: Write): NoteStore {
  return {
    async get(name) {
      return database.get<{ text: string }>('SELECT text FROM notes WHERE name = :name', { name })?.text ?? null
    },

    put: (name, text) =>
      write(() => {
        database.run('INSERT OR REPLACE INTO notes (name, text) VALUES (:name, :text)', { name, text })
      }),

    remove: (name) =>
      write(() => {
        database.run('DELETE FROM notes WHERE name = :name', { name })
      }),
  }
}
