import { createModel, effect } from '@preact/signals'
import { createBoard, type BoardState } from './board.ts'
import { createVendors } from '../../live/vendors.ts'
import type { Workspace } from '../workspace.ts'

export type AdminModel = InstanceType<typeof AdminModel>

/** What the admin's pages share: the board of orders and the vendors. `shown`: what the board shows first. */
export const AdminModel = createModel((workspace: Workspace, shown?: BoardState) => {
  const board = createBoard(workspace, shown)
  effect(() => board.stop)
  const vendors = createVendors(workspace)
  effect(() => vendors.stop)
  return { board, vendors }
})
