import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

/** client/ */
const folder = fileURLToPath(new URL('..', import.meta.url))

export const readSource = (path: string) => readFileSync(folder + path, 'utf8')

interface Imports {
  /** Without those of types. */
  static: string[]
  /** `import('./x.tsx')` */
  lazy: string[]
}

const known = new Map<string, Imports>()

/** The files of client/ and shared/ that a file imports. */
function importsOf(path: string): Imports {
  const imports = known.get(path) ?? readImports(path)
  known.set(path, imports)
  return imports
}

function readImports(path: string): Imports {
  const code = readSource(path)
  const { module } = parseSync(path, code)
  const resolve = (requests: string[]) =>
    requests
      .filter((request) => /^(\.|#shared\/).*\.tsx?$/.test(request))
      .map((request) =>
        request.startsWith('.') ? posix.join(posix.dirname(path), request) : request.replace('#shared', '../shared'),
      )
  return {
    static: resolve(
      module.staticImports
        .filter(({ entries }) => entries.length === 0 || !entries.every(({ isType }) => isType))
        .map(({ moduleRequest }) => moduleRequest.value),
    ),
    lazy: resolve(
      module.dynamicImports.map(({ moduleRequest }) => code.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
    ),
  }
}

/**
 * The files of client/ and shared/ (as ../shared/) that these files load: they and their imports. Without lazy imports, what
 * is loaded at once; with them, also what can be loaded later, but not the files of `except`.
 */
export function importsFrom(
  entries: readonly string[],
  { lazy = false, except = [] }: { lazy?: boolean; except?: readonly string[] } = {},
): string[] {
  const seen = new Set<string>()
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    const imports = importsOf(path)
    imports.static.forEach(visit)
    if (lazy) imports.lazy.filter((one) => !except.includes(one)).forEach(visit)
  }
  entries.forEach(visit)
  return [...seen]
}
