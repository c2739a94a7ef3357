import { closeSync, openSync, rmSync, writeSync } from 'node:fs'

/** A module to load before a server: its `Date` follows the file that CLOCK_FILE names. */
export const steppedClock = new URL('stepped-clock.mjs', import.meta.url).href

/** The file by which stepped-clock.mjs steps the clock of one server process. The offset outlasts the process. */
export function createClockFile(path: string) {
  const file = openSync(path, 'w')
  let offset = 0
  function write() {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(offset)
    writeSync(file, bytes, 0, 8, 0)
  }
  write()
  return {
    path,
    /** How many milliseconds the process's clock is ahead. */
    offset: () => offset,
    /** Sets the clock forward, or back for a negative number. */
    step(milliseconds: number) {
      offset += milliseconds
      write()
    },
    remove() {
      closeSync(file)
      rmSync(path)
    },
  }
}

export type ClockFile = ReturnType<typeof createClockFile>
