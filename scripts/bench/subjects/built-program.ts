import { resolve } from 'node:path'

/** Where the contestants are built. */
export const outDir = 'dist/bench'

/** `main` is this product's server, as it is shipped. */
export type BuiltProgram = 'host' | 'bridge.child' | 'main' | 'writer'

export const builtProgram = (name: BuiltProgram) => resolve(outDir, `${name}.js`)
