/** The clock of keep-alive.ts: a page's own timers nearly stop when its tab is hidden, a worker's go on. */
const running = new Map<number, ReturnType<typeof setInterval>>()

addEventListener('message', ({ data }: MessageEvent<{ id: number; every: number | null }>) => {
  const { id, every } = data
  clearInterval(running.get(id))
  running.delete(id)
  if (every !== null)
    running.set(
      id,
      setInterval(() => postMessage(id), every),
    )
})
