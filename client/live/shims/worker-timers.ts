/** A timer in a blob worker would need `worker-src blob:` in the Content-Security-Policy, so the page's timers are used. */
export const setInterval = globalThis.setInterval.bind(globalThis)
export const clearInterval = globalThis.clearInterval.bind(globalThis)
