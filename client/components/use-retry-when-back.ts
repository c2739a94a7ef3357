import { useEffect, useRef } from 'preact/hooks'
import { useWorkspace } from './workspace-context.ts'

/** Repeats what has failed each time the live connection has caught up: the network, or the server, is back. */
export function useRetryWhenBack(failed: boolean, retry: () => void): void {
  const times = useWorkspace().caughtUp.value
  const seen = useRef(times)
  useEffect(() => {
    if (seen.current !== times && failed) retry()
    seen.current = times
  })
}
