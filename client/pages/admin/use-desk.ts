import { useLocation } from 'preact-iso/router'
import { deskAddressOf, deskStateOf, type DeskState } from '../../models/admin/desk-address.ts'

/**
 * The state of the desk from the address, and a function that changes it. Each change is an entry of the browser's history
 * that Back undoes; `replace`: it takes the place of the current entry.
 */
export function useDesk(): { state: DeskState; show(change: Partial<DeskState>, replace?: boolean): void } {
  const { query, route } = useLocation()
  const state = deskStateOf(query)
  return {
    state,
    show(change, replace = false) {
      const address = deskAddressOf({ ...state, ...change })
      if (address !== deskAddressOf(state)) route(address, replace)
    },
  }
}
