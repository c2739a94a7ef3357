/** The parts of Node's `process` that streams use. */
const process = {
  env: {},
  nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => callback(...args)),
}
export default process
export const { env, nextTick } = process
