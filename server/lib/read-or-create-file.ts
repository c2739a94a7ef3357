import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makePrivateFolder } from './private-files.ts'

/**
 * Reads `file`, and creates it with the text of `generate` when it does not exist. Creation is atomic, the file is readable
 * by its owner only, and two processes that start concurrently read the same text.
 */
export function readOrCreateFile(file: string, generate: () => string): string {
  const read = () => readFileSync(file, 'utf8').trim()
  try {
    return read()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  makePrivateFolder(dirname(file))
  const draft = mkdtempSync(join(dirname(file), '.draft-'))
  try {
    writeFileSync(join(draft, 'text'), `${generate()}\n`, { mode: 0o600, flush: true })
    linkSync(join(draft, 'text'), file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error // another process created it first
  } finally {
    rmSync(draft, { recursive: true })
  }
  return read()
}

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code
