import { join } from 'node:path'

/**
 * The arguments with which Node runs a source file: as scripts/test.ts has transpiled it, which starts in half the time, or
 * with tsx.
 */
export function sourceProgram(file: string): string[] {
  const folder = process.env.TRANSPILED_SOURCES
  return folder ? ['--enable-source-maps', join(folder, file.replace(/\.tsx?$/, '.mjs'))] : ['--import', 'tsx', file]
}
