import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Plain JavaScript, with types for tsc in sources.d.mts: `npm start` needs it before anything can read TypeScript.

const folders = ['client', 'server', 'shared']
const files = ['package-lock.json', 'tsconfig.json']
const notBuilt = /\.(test|e2e)\.tsx?$|\/(testing|e2e|system-tests)\//

/** Where a build leaves the stamp of what it was made from. */
export const stampFile = 'dist/.sources'

/** A hash over all that a build depends on; null where the sources are not there, as in an image with `dist/` only. */
export function sourcesStamp() {
  if (!folders.every((folder) => existsSync(folder))) return null
  const paths = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .filter((path) => !notBuilt.test(path))
    .sort((a, b) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
  for (const path of [...paths, ...files.filter((file) => existsSync(file))]) {
    const content = readFileSync(path)
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}
