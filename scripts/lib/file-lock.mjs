import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

// Plain JavaScript, with types in file-lock.d.mts: `npm start` uses it before TypeScript can be loaded.

/** In ms. Another process may have the number of one that was killed, so a lock does not hold for ever. */
const longest = 600_000

/** Runs `work` while no other process has the lock `file`, which contains the number of the process that has it. */
export async function withFileLock(file, work) {
  while (!take(file)) {
    if (isLeft(file)) rmSync(file, { force: true })
    else await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Whether the process that has taken the lock no longer runs. */
function isLeft(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > longest) return true
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
