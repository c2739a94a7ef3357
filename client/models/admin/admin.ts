import { createModel, effect } from '@preact/signals'
import { createBoard } from './board.ts'
import { createVendors } from './vendors.ts'
import type { Workspace } from '../workspace.ts'

export type AdminModel = InstanceType<typeof AdminModel>

/** What the admin's pages share: the board of orders and the vendors. */
export const AdminModel = createModel((workspace: Workspace) => {
  const board = createBoard(workspace)
  effect(() => board.stop)
  return { board, vendors: createVendors(workspace) }
})
