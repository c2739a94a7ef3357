import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'

const variants = {
  primary: 'bg-accent text-on-accent font-semibold hover:bg-accent-strong',
  secondary: 'bg-surface border border-edge/60 font-medium hover:border-edge hover:bg-sunken',
  quiet: 'font-medium text-soft hover:bg-sunken hover:text-ink',
  danger: 'bg-danger text-on-accent font-semibold hover:opacity-90',
} as const

const sizes = {
  sm: 'min-h-10 px-3 text-sm',
  md: 'min-h-10 px-4 text-sm',
  /** Full width, for thumbs in gloves. */
  thumb: 'min-h-13 w-full px-4 text-base',
} as const

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'size' | 'icon' | 'class'> {
  variant?: keyof typeof variants
  size?: keyof typeof sizes
  /** An Iconify class, such as `icon-[lucide--x]`. */
  icon?: string
  /** While a request runs: shows a spinner and disables the button. */
  busy?: boolean
  class?: string
  children?: ComponentChildren
}

export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  busy = false,
  disabled,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={busy || disabled}
      aria-busy={busy || undefined}
      class={`inline-flex items-center justify-center gap-2 rounded-sm transition-colors disabled:opacity-60 ${variants[variant]} ${sizes[size]} ${rest.class ?? ''}`}
    >
      {busy ? <Spinner /> : icon && <span class={`${icon} size-4 shrink-0`} aria-hidden="true" />}
      <span class="min-w-0">{children}</span>
    </button>
  )
}

export const Spinner = () => (
  <span
    class="size-4 shrink-0 animate-spin rounded-full border-2 border-current border-e-transparent"
    aria-hidden="true"
  />
)

/** A button with an icon only; `label` is its accessible name and tooltip. */
export function IconButton({
  icon,
  label,
  class: extra = '',
  ...rest
}: Omit<ButtonProps, 'children'> & { icon: string; label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      class={`inline-grid size-11 shrink-0 place-items-center rounded-sm text-soft transition-colors hover:bg-sunken hover:text-ink ${extra}`}
    >
      <span class={`${icon} size-5`} aria-hidden="true" />
    </button>
  )
}
