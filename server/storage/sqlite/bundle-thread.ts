import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type * as esbuild from 'esbuild'

const bundles = new Map<string, string>()

/**
 * The code of a thread when the server runs from its sources, bundled once per process by esbuild. A loader for
 * TypeScript in each thread (tsx) would take 290 ms per start; a test suite starts hundreds.
 */
export function bundleThread(entry: URL): string {
  const bundled = bundles.get(entry.href)
  if (bundled !== undefined) return bundled
  const { buildSync }: typeof esbuild = createRequire(import.meta.url)('esbuild')
  const bundle = buildSync({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    write: false,
  }).outputFiles[0]?.text
  if (bundle === undefined) throw new Error(`${entry.pathname} could not be bundled`)
  bundles.set(entry.href, bundle)
  return bundle
}
