import type { Order } from '#shared/orders.ts'
import { stepLabel, stepsOf, type Step } from '../models/orders/progress.ts'
import { statusStyles } from './status-chip.tsx'
import { ClockTime } from './time.tsx'

/** The progress of an order as steps with their times. */
export function Stepper({ order }: { order: Order }) {
  const steps = stepsOf(order)
  return (
    <ol class="grid">
      {steps.map((step, index) => (
        <li
          key={step.status}
          aria-current={step.state === 'current' ? 'step' : undefined}
          class="flex gap-4 not-last:min-h-12"
        >
          <div class="flex flex-col items-center">
            <Dot step={step} />
            {index < steps.length - 1 && (
              <div class={`w-0.5 flex-1 ${step.state === 'done' ? 'bg-accent' : 'bg-line'}`} aria-hidden="true" />
            )}
          </div>
          <div
            class={`flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4 pt-0.5 ${step.state === 'ahead' ? 'text-soft' : ''}`}
          >
            <span class={step.state === 'current' ? 'font-semibold' : ''}>{stepLabel(step.status)}</span>
            {step.at && <ClockTime at={step.at} class="text-sm text-soft" />}
          </div>
        </li>
      ))}
    </ol>
  )
}

function Dot({ step: { status, state } }: { step: Step }) {
  const { icon, chip } = statusStyles[status]
  const colours = { done: 'bg-accent text-on-accent', current: chip, ahead: 'border border-line text-edge' }[state]
  return (
    <span
      class={`grid size-7 shrink-0 place-items-center rounded-full transition-colors ${colours}`}
      aria-hidden="true"
    >
      <span class={`${state === 'done' ? 'icon-[lucide--check]' : icon} size-3.5`} />
    </span>
  )
}
