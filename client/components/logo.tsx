/** The logo: a speech bubble with a check mark. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" class="shrink-0">
      <path class="fill-accent" d="M9 2h14a7 7 0 0 1 7 7v14a7 7 0 0 1-7 7H2V9a7 7 0 0 1 7-7Z" />
      <path
        class="fill-none stroke-on-accent"
        d="m10 16.5 4.2 4.2L22.5 12"
        stroke-width="3.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
