import { networkOf } from '../../net/client-address.ts'
import { limits } from '../limits.ts'

export type ConnectionLimits = ReturnType<typeof createConnectionLimits>

/** Limits open connections, in total and per address, from the moment they are accepted. */
export function createConnectionLimits({ perAddress }: { perAddress: boolean }) {
  const open = new Map<string, number>()
  let total = 0

  return {
    /** Counts a connection. Returns a function that releases it, to be called once; null at the limit. */
    enter(address: string | undefined): (() => void) | null {
      const network = networkOf(address)
      const current = open.get(network) ?? 0
      if (total >= limits.connections || (perAddress && current >= limits.connectionsPerAddress)) return null
      total++
      open.set(network, current + 1)
      return () => {
        total--
        const remaining = (open.get(network) ?? 1) - 1
        if (remaining > 0) open.set(network, remaining)
        else open.delete(network)
      }
    },
  }
}
