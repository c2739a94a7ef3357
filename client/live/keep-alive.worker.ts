/** The intervals of keep-alive.ts: browsers throttle timers of hidden pages, not those of workers. */
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
