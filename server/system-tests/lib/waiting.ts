import { setTimeout as sleep } from 'node:timers/promises'

/** Polls until `holds`, where there is no event to wait for (a process's descriptors); false after `timeout` ms. */
export async function eventually(holds: () => boolean | Promise<boolean>, timeout: number): Promise<boolean> {
  const end = performance.now() + timeout
  while (!(await holds())) {
    if (performance.now() > end) return false
    await sleep(50)
  }
  return true
}

/** Resolves to the result of `promise`, or null after `ms`. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ms)))
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Calls `act` at a steady rate for `seconds`. Calls that a late timer missed are made up for. */
export async function steadily(perSecond: number, seconds: number, act: (n: number) => void): Promise<void> {
  const begun = performance.now()
  const total = perSecond * seconds
  let done = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond))
      while (done < due) act(done++)
      if (done < total) return
      clearInterval(timer)
      resolve()
    }, 5)
  })
}
