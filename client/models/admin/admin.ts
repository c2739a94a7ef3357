import { createBoard } from './board.ts'
import { createVendors } from './vendors.ts'
import type { Workspace } from '../workspace.ts'

export type AdminModel = ReturnType<typeof createAdminModel>

/** What the admin's pages share: the board of orders and the vendors. */
export function createAdminModel(workspace: Workspace) {
  const board = createBoard(workspace)
  const vendors = createVendors(workspace)
  return {
    board,
    vendors,
    start(): () => void {
      const stopVendors = vendors.start()
      return () => {
        stopVendors()
        board.stop()
      }
    },
  }
}
