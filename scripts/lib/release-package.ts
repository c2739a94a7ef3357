import { z } from 'zod'
import { bundled } from './bundled.ts'
import { commands } from './commands.ts'

const Dependencies = z.record(z.string(), z.string()).optional()
const Manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) })
const Locked = z.looseObject({
  dependencies: Dependencies,
  optionalDependencies: Dependencies,
  peerDependencies: Dependencies,
})
const Lockfile = z.looseObject({ packages: z.record(z.string(), Locked) })

/**
 * What the package.json and the lockfile of an installation contain of the project's: the dependencies that are not bundled,
 * in the same versions.
 */
export function releasePackage(manifest: string, lockfile: string) {
  const { name, version, description, license, type, engines, overrides, exports, ...rest } = Manifest.parse(
    JSON.parse(manifest),
  )
  const dependencies = Object.fromEntries(Object.entries(rest.dependencies).filter(([one]) => !bundled.includes(one)))
  const root = { name, version, license, engines, bin: { callout: 'dist/server/callout.js' }, dependencies }
  // npm run NAME works as it does in a checkout.
  const scripts = Object.fromEntries(Object.keys(commands).map((one) => [one, `node dist/server/callout.js ${one}`]))
  // Both load the binary of the platform that is in their package. Only without one they would compile.
  const allowScripts = { '@photostructure/sqlite': false, 'classic-level': false }
  const locked = Lockfile.parse(JSON.parse(lockfile))
  return {
    manifest: { ...root, description, type, exports, scripts, overrides, allowScripts },
    lockfile: { ...locked, packages: { '': root, ...neededOf(locked.packages, Object.keys(dependencies)) } },
  }
}

/** The entries of a lockfile that these packages need, found as Node finds packages: in the nearest node_modules. */
function neededOf(packages: Record<string, z.infer<typeof Locked>>, names: readonly string[]) {
  const needed = new Set<string>()
  function add(from: string, name: string) {
    for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
      const path = `${folder}${folder && '/'}node_modules/${name}`
      const found = packages[path]
      if (found && !needed.has(path)) {
        needed.add(path)
        const { dependencies, optionalDependencies, peerDependencies } = found
        for (const one in { ...dependencies, ...optionalDependencies, ...peerDependencies }) add(path, one)
      }
      if (found || folder === '') return
    }
  }
  for (const name of names) add('', name)
  return Object.fromEntries(Object.entries(packages).filter(([path]) => needed.has(path)))
}
