import { resolve } from 'node:path'

/** Where the contestants are built. */
export const outDir = 'dist/bench'

export type BuiltProgram = 'host' | 'bridge.child'

export const builtProgram = (name: BuiltProgram) => resolve(outDir, `${name}.js`)
