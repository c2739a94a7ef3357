import { readFileSync } from 'node:fs'

/** CPU time used by all threads of these processes, in ms (utime and stime of proc(5), in hundredths of a second). */
export function processCpuTime(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * 10
  }, 0)
}

/** Total CPU time of the machine and its CPU steal so far (proc(5)), in ms. */
export function machineCpuTime(): { total: number; steal: number } {
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/ +/) ?? []
  // The guest times after "steal" are already included in "user" and "nice".
  const times = fields.slice(0, 8).map((hundredths) => Number(hundredths) * 10)
  return { total: times.reduce((sum, time) => sum + time, 0), steal: times[7] ?? 0 }
}

/** Resident memory of these processes, in KB (VmRSS of proc(5)). */
export function residentMemory(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return sum + Number(kilobytes)
  }, 0)
}
