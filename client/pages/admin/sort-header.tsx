import { t } from '../../i18n/index.ts'
import { IconButton } from '../../components/button.tsx'
import { nextSort, sortColumns, type SortColumn } from '../../models/admin/sort.ts'
import { useDesk } from './use-desk.ts'

const labels = (): Record<SortColumn, string> => ({
  number: t().admin.number,
  status: t().admin.status,
  customer: t().common.customer,
  vendor: t().common.vendor,
  service: t().common.service,
  when: t().common.when,
  waiting: t().admin.waiting,
  changed: t().admin.changed,
})

const arrowOf = (descending: boolean) => (descending ? 'icon-[lucide--arrow-down]' : 'icon-[lucide--arrow-up]')

/** The header of a column. A click sorts by it, another click sorts the other way. */
export function SortHeader({ column, class: extra = '' }: { column: SortColumn; class?: string }) {
  const { state, show } = useDesk()
  const { descending } = state.sort
  const sorted = state.sort.column === column
  return (
    <th
      scope="col"
      aria-sort={sorted ? (descending ? 'descending' : 'ascending') : undefined}
      class={`text-start font-normal ${extra}`}
    >
      <button
        type="button"
        onClick={() => show({ sort: nextSort(state.sort, column) })}
        class={`flex min-h-9 w-full items-center gap-1 rounded-sm px-2 text-start transition-colors hover:bg-sunken hover:text-ink max-sm:hidden ${sorted ? 'font-medium text-ink' : ''}`}
      >
        <span class="min-w-0 break-words">{labels()[column]}</span>
        {sorted && <span class={`${arrowOf(descending)} size-3 shrink-0`} aria-hidden="true" />}
      </button>
      <span class="sm:hidden">{labels()[column]}</span>
    </th>
  )
}

/** The same choice on a small screen, where the table shows no headers. */
export function SortSelect() {
  const { state, show } = useDesk()
  const { column: sorted, descending } = state.sort
  return (
    <div class="flex items-center gap-2 pb-1 text-sm text-soft sm:hidden">
      <label class="flex min-w-0 flex-1 items-center justify-end gap-2">
        {t().admin.sortBy}
        <select
          value={sorted}
          onChange={({ currentTarget: { value } }) => {
            const column = sortColumns.find((name) => name === value)
            if (column && column !== sorted) show({ sort: nextSort(state.sort, column) })
          }}
          class="hit min-w-0 rounded-sm border border-edge/60 bg-surface px-2 text-sm text-ink"
        >
          {sortColumns.map((column) => (
            <option key={column} value={column}>
              {labels()[column]}
            </option>
          ))}
        </select>
      </label>
      <IconButton
        icon={arrowOf(descending)}
        label={t().admin.otherDirection}
        aria-pressed={descending}
        onClick={() => show({ sort: { column: sorted, descending: !descending } })}
      />
    </div>
  )
}
