import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'

const groupAndOthers = 0o077
const sticky = 0o1000

/** Creates the folder for its owner only, and closes an existing one to other users. A shared folder such as /tmp stays. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if ((statSync(path).mode & sticky) === 0) restrict(path)
}

/**
 * Creates the file for its owner only, and closes an existing one to other users. An existing one is not opened: closing
 * it would drop the POSIX locks that this process has on it.
 */
export function makePrivateFile(path: string): void {
  if (existsSync(path)) restrict(path)
  else closeSync(openSync(path, 'a', 0o600))
}

function restrict(path: string): void {
  const { mode } = statSync(path)
  if ((mode & groupAndOthers) === 0) return
  try {
    chmodSync(path, mode & 0o7777 & ~groupAndOthers)
  } catch {
    // Another user's file, or a file system that is read-only or has no rights: the file stays as it is.
  }
}
