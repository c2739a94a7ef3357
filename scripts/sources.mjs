import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Plain JavaScript, with types in sources.d.mts: `npm start` uses it before TypeScript can be loaded.

const folders = ['client', 'server', 'shared']
const files = ['package-lock.json', 'tsconfig.json']
const notBuilt = /\.(test|e2e)\.tsx?$|\/(testing|e2e|system-tests)\//

/** The build writes the hash of its sources here. */
export const stampFile = 'dist/.sources'

/** A hash of all files that the build depends on; null without sources, as in an image with `dist/` only. */
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
