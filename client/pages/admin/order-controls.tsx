import { useState } from 'preact/hooks'
import { isAssignable, mayCorrect, nextTransitions, type Transition } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { now } from '../../models/sync/clock.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { CorrectButton } from '../../components/correct-dialog.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { useOrderActions } from '../../components/use-order-actions.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { AssignDialog } from './assign-dialog.tsx'

/** The actions an admin can take on the order now, from the status table. */
export function OrderControls({ order }: { order: Order }) {
  const { me } = useWorkspace()
  const actions = useOrderActions()
  const [chosen, setChosen] = useState<Transition | null>(null)
  const [assigning, setAssigning] = useState(false)
  const transitions = nextTransitions(me, order, now.value)
  const assignable = isAssignable(order.status)
  const sending = actions.sending.value.has(order.id)

  const correctable = mayCorrect(me, order)

  if (transitions.length === 0 && !assignable && !correctable) return null
  return (
    <div class="flex flex-wrap gap-2">
      {assignable && (
        <Button variant={order.vendor ? 'secondary' : 'primary'} size="sm" onClick={() => setAssigning(true)}>
          {order.vendor ? t().admin.reassign : t().orders.actions.assign}
        </Button>
      )}
      {transitions.map((transition) => (
        <Button
          key={transition.action}
          size="sm"
          disabled={sending}
          onClick={() =>
            transition.reasonRequired
              ? setChosen(transition)
              : void actions.change(order, transition.action, transition.to)
          }
        >
          {t().orders.actions[transition.action]}
        </Button>
      ))}
      {correctable && <CorrectButton order={order} />}
      {/* The status may change while the dialog is open. The dialog closes when the action is no longer allowed. */}
      {chosen && transitions.includes(chosen) && (
        <ReasonDialog order={order} transition={chosen} actions={actions} onClose={() => setChosen(null)} />
      )}
      {assigning && assignable && <AssignDialog order={order} onClose={() => setAssigning(false)} />}
    </div>
  )
}
