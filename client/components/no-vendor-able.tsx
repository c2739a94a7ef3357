import { messageOf, type ApiError } from '../models/session/api-error.ts'

/** Says before the order is placed that no vendor can do all of it. */
export function NoVendorAble({ refusal }: { refusal: ApiError | null }) {
  return (
    <div role="status" class="empty:hidden">
      {refusal && (
        <p data-no-vendor-able class="flex gap-2 rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {messageOf(refusal)}
        </p>
      )}
    </div>
  )
}
