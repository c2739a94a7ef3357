import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For tests: a directory of their own, and where a database in it would be. */
export async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'callout-sqlite-'))
  return { path, file: join(path, 'data', 'callout.db'), remove: () => rm(path, { recursive: true, force: true }) }
}
