import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The text kept in `file`; `make` writes it the first time. It appears whole or not at all, readable by its owner alone,
 * and of two processes that start at once both read the same.
 */
export function readOrCreateFile(file: string, make: () => string): string {
  const read = () => readFileSync(file, 'utf8').trim()
  try {
    return read()
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
  mkdirSync(dirname(file), { recursive: true })
  const draft = mkdtempSync(join(dirname(file), '.draft-'))
  try {
    writeFileSync(join(draft, 'text'), `${make()}\n`, { mode: 0o600, flush: true })
    linkSync(join(draft, 'text'), file)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error // somebody was faster: theirs it is
  } finally {
    rmSync(draft, { recursive: true })
  }
  return read()
}

const isCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code
