import { networkOf } from '../../net/client-address.ts'
import { limits } from '../limits.ts'

export type ConnectionLimits = ReturnType<typeof createConnectionLimits>

/** Who may open a connection at all: so many in all, and so many from one address, counted from the first byte. */
export function createConnectionLimits({ perAddress }: { perAddress: boolean }) {
  const open = new Map<string, number>()
  let inAll = 0

  return {
    /** How to leave again, to be called once; null when there is no room. */
    enter(address: string | undefined): (() => void) | null {
      const network = networkOf(address)
      const already = open.get(network) ?? 0
      if (inAll >= limits.connections || (perAddress && already >= limits.connectionsPerAddress)) return null
      inAll++
      open.set(network, already + 1)
      return () => {
        inAll--
        const left = (open.get(network) ?? 1) - 1
        if (left > 0) open.set(network, left)
        else open.delete(network)
      }
    },
  }
}
