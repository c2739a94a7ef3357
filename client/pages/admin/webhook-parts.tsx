import type { Webhook } from '#shared/webhooks.ts'
import { t } from '../../i18n/index.ts'
import { Copyable } from '../../components/copyable.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { ClockTime } from '../../components/time.tsx'

const Marked = ({ icon, class: colour, text }: { icon: string; class: string; text: string }) => (
  <span class={`inline-flex items-center gap-1.5 ${colour}`}>
    <span class={`${icon} size-4 shrink-0`} aria-hidden="true" />
    {text}
  </span>
)

/** Whether it is called, and whether that works. */
export function WebhookState({ webhook: { active, gone, failingSince } }: { webhook: Webhook }) {
  if (gone) return <Marked icon="icon-[lucide--ban]" class="text-danger" text={t().webhooks.gone} />
  if (!active) return <Marked icon="icon-[lucide--circle-pause]" class="text-soft" text={t().webhooks.off} />
  if (!failingSince) return <Marked icon="icon-[lucide--check]" class="text-completed" text={t().webhooks.ok} />
  return (
    <span class="inline-flex items-center gap-1.5 text-danger">
      <span class="icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
      <span>
        <RichText text={t().webhooks.failingSince} parts={{ time: <ClockTime at={failingSince} /> }} />
      </span>
    </span>
  )
}

/** A secret that was just made. */
export const Secret = ({ secret }: { secret: string }) => (
  <section
    aria-label={t().webhooks.newSecret}
    class="mb-6 grid animate-appear gap-3 rounded-md border border-accent bg-accent-soft p-4"
  >
    <p>
      <span class="font-semibold">{t().webhooks.secretOf}</span> {t().webhooks.secretOnce}
    </p>
    <Copyable text={secret} label={t().webhooks.copySecret} />
  </section>
)
