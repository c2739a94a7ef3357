import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makePrivateFolder } from '../../lib/private-files.ts'
import type { FileStorage } from './storage.ts'

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Files below a folder, which exists from the first one on. A killed process leaves no half file under a key. */
export function createDiskStorage(folder: string) {
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key)

  async function syncFolder(path: string) {
    // Windows has no handle of a folder.
    const handle = await open(path).catch(() => null)
    await handle?.sync().catch(() => {})
    await handle?.close()
  }

  async function list(path: string): Promise<string[]> {
    try {
      return await readdir(path)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  const storage: FileStorage = {
    async put(key, content) {
      const path = pathOf(key)
      makePrivateFolder(folder)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const handle = await open(`${path}.partial`, 'w', 0o600)
      try {
        await handle.writeFile(content)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${path}.partial`, path)
      await syncFolder(dirname(path))
    },

    async open(key) {
      try {
        return (await open(pathOf(key))).createReadStream()
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    remove: (key) => rm(pathOf(key), { force: true }),

    async *keys() {
      for (const part of await list(folder)) {
        if (part.length !== 2) continue
        for (const key of await list(join(folder, part))) {
          const found = await stat(pathOf(key)).catch(() => null)
          if (found) yield { key, at: found.mtimeMs }
        }
      }
    },
  }
  return {
    ...storage,
    pathOf,
    has: (key: string): Promise<boolean> =>
      stat(pathOf(key)).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false
          throw error
        },
      ),
    /** Within the first two letters, which choose the folder. */
    rename: (key: string, to: string): Promise<void> => rename(pathOf(key), pathOf(to)),
  }
}
