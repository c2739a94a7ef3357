/** Milliseconds of the machine's own steady clock, so that times of different processes may be compared. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1e6
}
