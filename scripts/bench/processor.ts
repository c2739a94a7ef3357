import { readFileSync } from 'node:fs'

/** Processor time that these processes have used, all their threads, in ms (utime and stime of proc(5), in hundredths of a second). */
export function processorTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * 10
  }, 0)
}

/** Time of all processors so far, and what others on the same hardware took of it ("steal" of proc(5)), in ms. */
export function machineTime(): { all: number; stolen: number } {
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/ +/) ?? []
  // Those after "steal" are counted among the ones before.
  const times = fields.slice(0, 8).map((hundredths) => Number(hundredths) * 10)
  return { all: times.reduce((sum, time) => sum + time, 0), stolen: times[7] ?? 0 }
}

/** What of these processes is in memory, in KB (VmRSS of proc(5)). */
export function residentMemory(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return sum + Number(kilobytes)
  }, 0)
}
