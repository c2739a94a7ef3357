import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates a directory, and names a database file in it that does not exist yet. */
export async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'callout-sqlite-'))
  return { path, file: join(path, 'data', 'callout.db'), remove: () => rm(path, { recursive: true, force: true }) }
}

export async function withFile(run: (file: string) => Promise<void>) {
  const { file, remove } = await temporaryDirectory()
  try {
    await run(file)
  } finally {
    await remove()
  }
}
