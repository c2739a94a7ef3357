import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { parseSync } from 'vite'

/** The files below client/ that these files load at once: they and their static imports, without those of types. */
export function staticImports(entries: readonly string[]): string[] {
  const seen = new Set<string>()
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    const { module } = parseSync(path, readFileSync(`client/${path}`, 'utf8'))
    for (const { moduleRequest, entries: names } of module.staticImports) {
      const typesOnly = names.length > 0 && names.every(({ isType }) => isType)
      if (!typesOnly && moduleRequest.value.startsWith('.')) {
        visit(posix.join(posix.dirname(path), moduleRequest.value))
      }
    }
  }
  entries.forEach(visit)
  return [...seen]
}
