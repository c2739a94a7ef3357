import { resolve } from 'node:path'

/** Build output of the subjects. */
export const outDir = 'dist/bench'

/** `main` is the product's server. */
export type BuiltProgram = 'host' | 'bridge.child' | 'main' | 'writer-thread-main'

export const builtProgram = (name: BuiltProgram) => resolve(outDir, `${name}.js`)
