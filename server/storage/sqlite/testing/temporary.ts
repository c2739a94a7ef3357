import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of the test's own, and where a database in it would be. */
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
