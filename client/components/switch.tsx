interface Props {
  label: string
  on: boolean
  disabled?: boolean
  onChange(on: boolean): void
}

/** A switch that takes effect at once. */
export function Switch({ label, on, disabled, onChange }: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      disabled={disabled}
      onClick={() => onChange(!on)}
      class="group hit -mx-2 flex items-center gap-3 rounded-sm px-2 text-sm disabled:opacity-60"
    >
      <span class="flex-1 text-start">{label}</span>
      <SwitchTrack />
    </button>
  )
}

/** The visible part of a switch, inside a button with role=switch. */
export const SwitchTrack = () => (
  <span
    aria-hidden="true"
    class="flex h-6 w-10 shrink-0 items-center rounded-full bg-edge p-0.5 transition-colors group-aria-checked:bg-accent"
  >
    <span class="size-5 rounded-full bg-surface transition-transform group-aria-checked:translate-x-4 rtl:group-aria-checked:-translate-x-4" />
  </span>
)
