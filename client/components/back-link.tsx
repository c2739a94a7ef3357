import type { ComponentChildren } from 'preact'

export function BackLink({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a
      href={href}
      class="hit -mt-3 mb-1 inline-flex items-center gap-1.5 rounded-sm pe-2 text-sm font-medium text-soft hover:text-ink"
    >
      <span class="icon-[lucide--arrow-left] size-4 rtl:-scale-x-100" aria-hidden="true" />
      {children}
    </a>
  )
}
