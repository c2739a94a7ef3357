import { openSync, readSync } from 'node:fs'

// A system clock that a test can step, for a server process: `node --import …/stepped-clock.mjs main.js` with CLOCK_FILE in
// the environment. The file holds one little-endian double, the milliseconds by which `Date` is ahead. It is read at every
// use, so that a step also falls between two uses of one operation. Timers and performance.now() are not affected, as by a
// real step (clock_settime(2): CLOCK_MONOTONIC is not settable). Worker threads do not load it: the one that writes to SQLite
// takes the time from the main thread.

const { CLOCK_FILE } = process.env
if (!CLOCK_FILE) throw new Error('CLOCK_FILE names no file')
const file = openSync(CLOCK_FILE, 'r')
const buffer = Buffer.alloc(8)
const RealDate = Date

function now() {
  readSync(file, buffer, 0, 8, 0)
  return RealDate.now() + buffer.readDoubleLE(0)
}

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
})
