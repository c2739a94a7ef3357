import { computed, createModel, effect } from '@preact/signals'
import type { Order } from '#shared/orders.ts'
import { createBoard, type BoardState } from './board.ts'
import { createVendors } from '../../live/vendors.ts'
import { waitOf, type Wait } from '../orders/waiting.ts'
import { now } from '../sync/clock.ts'
import { setTitleCount } from '../ui/page-title.ts'
import type { Workspace } from '../workspace.ts'

export type AdminModel = InstanceType<typeof AdminModel>

/** What the admin's pages share: the board of orders and the vendors. `shown`: what the board shows first. */
export const AdminModel = createModel((workspace: Workspace, shown?: BoardState) => {
  const { alerts, catalogue, notifications } = workspace
  const deadlines = computed(
    () => new Map((catalogue.services.value ?? []).flatMap((one) => (one.deadlines ? [[one.id, one.deadlines]] : []))),
  )
  /** How an order waits now. A function of a model reads no signals, so this is one. */
  const waitNow = computed(() => {
    const [late, time, services] = [alerts.byOrder.value, now.value, deadlines.value]
    // An alert may be here before the next tick of the clock.
    return (order: Order): Wait => (late.has(order.id) ? 'late' : waitOf(order, time, services))
  })
  const board = createBoard(workspace, shown, waitNow)
  effect(() => board.stop)
  const vendors = createVendors(workspace)
  effect(() => vendors.stop)
  effect(() => {
    // An unread notification of the same alert is in the title's count already.
    const unread = notifications.list.value.filter(({ event, read }) => event === 'order.late' && !read)
    const counted = new Set(unread.map(({ order }) => order.id))
    setTitleCount('alerts', [...alerts.byOrder.value.keys()].filter((id) => !counted.has(id)).length)
    return () => setTitleCount('alerts', 0)
  })
  return { board, vendors, waitNow }
})
