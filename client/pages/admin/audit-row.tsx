import type { AuditEntry } from '#shared/audit.ts'
import { t } from '../../i18n/index.ts'
import { exactTime, logTime } from '../../models/ui/format.ts'

/** One entry: what, who, whom, when; the rest when it is opened. */
export function AuditRow({ entry }: { entry: AuditEntry }) {
  const { action, by, user, at, address, requestId, details, changes } = entry
  const changed = Object.entries(changes)
  const values: [string, unknown][] = [...Object.entries(details), ['address', address], ['requestId', requestId]]
  return (
    <li data-audit={action} class="not-first:border-t not-first:border-line">
      <details>
        <summary class="flex cursor-pointer flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-sunken focus-visible:-outline-offset-2">
          <span class="min-w-0 grow font-medium max-lg:basis-full lg:shrink-0 lg:basis-60">{labelOf(action)}</span>
          <span class="min-w-0 text-sm text-soft">
            <People by={by} user={user} />
          </span>
          <time dateTime={at} title={exactTime(at)} class="text-sm text-soft tabular-nums">
            {logTime(at)}
          </time>
        </summary>
        <div class="grid gap-3 px-4 pt-1 pb-4 text-sm">
          {changed.length > 0 && (
            <ul class="grid gap-1">
              {changed.map(([field, { before, after }]) => (
                <li key={field} class="break-words">
                  <span class="font-medium">{field}</span> <del class="text-soft">{textOf(before)}</del>{' '}
                  <span aria-hidden="true">→</span> <ins class="no-underline">{textOf(after)}</ins>
                </li>
              ))}
            </ul>
          )}
          <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-soft">
            {values.map(([name, value]) => (
              <div key={name} class="contents">
                <dt>{name}</dt>
                <dd class="break-words" dir="auto">
                  {textOf(value)}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      </details>
    </li>
  )
}

/** "Alex → Ben": who did it, about whom. A sign-in has the account only. */
function People({ by, user }: Pick<AuditEntry, 'by' | 'user'>) {
  const shown = [by, user?.id === by?.id ? null : user].filter((person) => person !== null)
  return (
    <>
      {shown.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && <span aria-hidden="true"> → </span>}
          <bdi>{name ?? id}</bdi>
        </span>
      ))}
    </>
  )
}

/** An action without a text of its own appears as in the server's log. */
export function labelOf(action: string): string {
  const labels: Readonly<Record<string, string>> = t().audit.actions
  return labels[action] ?? action
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))
