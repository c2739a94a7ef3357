import * as z from 'zod/mini'
import { t } from '../i18n/index.ts'
import type { ApiError } from '../models/session/api-error.ts'

/**
 * What no_vendor_able says. `area`: where; null when the skills are what is missing. `inParts`: each of the services has a
 * vendor, so they can be ordered apart.
 */
const Unable = z.object({
  services: z.array(z.object({ name: z.string() })),
  area: z.nullable(z.string()),
  inParts: z.boolean(),
})

/** Says before the order is placed that no vendor can do all of it. */
export function NoVendorAble({ refusal }: { refusal: ApiError | null }) {
  const unable = Unable.safeParse(refusal?.problem).data
  return (
    <div role="status" class="empty:hidden">
      {unable && (
        <p data-no-vendor-able class="flex gap-2 rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          <span>{textOf(unable)}</span>
        </p>
      )}
    </div>
  )
}

function textOf({ services, area, inParts }: z.infer<typeof Unable>): string {
  if (area !== null) return t().dispatch.noneThere(area)
  const names = services.map(({ name }) => name).join(', ')
  return inParts ? t().dispatch.noneForAll(names) : t().dispatch.noneForThis(names)
}
