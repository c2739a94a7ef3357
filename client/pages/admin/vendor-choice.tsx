import { useEffect, useState } from 'preact/hooks'
import type { Candidate } from '#shared/areas.ts'
import type { Vendor } from '#shared/presence.ts'
import { t } from '../../i18n/index.ts'
import { Skeleton } from '../../components/list-states.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { isAble, readCandidates } from '../../models/admin/candidates.ts'
import { distanceText } from '../../models/ui/distance.ts'
import { useAdmin } from './context.ts'
import { presenceDots } from './vendor-rail.tsx'

/** How long the list waits for the order of the candidates, in ms. */
const patience = 400

/**
 * The vendors as candidates for an order, by id. `isSettled`: the list may be shown. What comes later is written beside the
 * vendors and moves none, since a finger may be on its way to one.
 */
export function useCandidates(orderId: string) {
  const { api } = useWorkspace()
  const [found, setFound] = useState<{ byId: ReadonlyMap<string, Candidate>; isLate: boolean } | null>(null)
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    let late = false
    const timer = setTimeout(() => setIsLate((late = true)), patience)
    void readCandidates(api, orderId).then((list) => {
      clearTimeout(timer)
      setFound({ byId: new Map((list ?? []).map((one) => [one.id, one])), isLate: late })
    })
    return () => clearTimeout(timer)
  }, [api, orderId])
  const byId = found?.byId ?? new Map<string, Candidate>()
  return {
    byId,
    isSettled: found !== null || isLate,
    /** The able first, in the order in which they would be asked. */
    sorted<Of extends { id: string }>(vendors: readonly Of[]): readonly Of[] {
      if (found?.isLate || byId.size === 0) return vendors
      const places = new Map([...byId.keys()].map((id, place) => [id, place]))
      const placeOf = ({ id }: Of) => places.get(id) ?? places.size
      return vendors.toSorted((one, other) => placeOf(one) - placeOf(other))
    },
  }
}

interface Props {
  vendors: readonly Vendor[]
  candidates: Pick<ReturnType<typeof useCandidates>, 'byId' | 'isSettled' | 'sorted'>
  chosen: string | undefined
  onChoose(id: string): void
}

/** The vendors to whom an order can be assigned, with their jobs, and what they lack for it. */
export function VendorChoice({ vendors, candidates, chosen, onChoose }: Props) {
  const { jobs } = useAdmin().vendors
  if (!candidates.isSettled) return <Skeleton rows={Math.min(vendors.length, 6)} class="h-12" />
  return (
    <fieldset class="-mx-2 max-h-80 overflow-y-auto">
      <legend class="sr-only">{t().common.vendor}</legend>
      {candidates.sorted(vendors).map(({ id, name, status }) => (
        <label
          key={id}
          data-vendor-id={id}
          class="flex min-h-12 flex-wrap items-center gap-x-3 rounded-sm px-2 py-1 text-sm transition-colors hover:bg-sunken has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="vendor"
            value={id}
            checked={chosen === id}
            onChange={() => onChoose(id)}
            class="size-4"
          />
          <span class="min-w-[6rem] flex-1">
            <span class="block font-medium" dir="auto">
              {name}
            </span>
            <Facts candidate={candidates.byId.get(id)} />
          </span>
          <span class="text-xs whitespace-nowrap text-soft">{t().admin.jobs(jobs.value.get(id) ?? 0)}</span>
          <span class="flex min-w-20 items-center gap-2 text-xs text-soft">
            <span class={`size-2 rounded-full ${presenceDots[status]}`} aria-hidden="true" />
            {t().vendorStatus[status]}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** Why the vendor cannot do it, or how far away the vendor is. */
function Facts({ candidate }: { candidate: Candidate | undefined }) {
  if (!candidate) return null
  const { lacks, works, distance, declined, offered } = candidate
  const facts = [
    lacks.length > 0 && t().dispatch.lacks(lacks.join(', ')),
    !works && t().dispatch.worksElsewhere,
    distance !== null && distanceText(distance),
    declined && t().dispatch.hasDeclined,
    offered && isAble(candidate) && t().dispatch.isOffered,
  ].filter((fact) => fact !== false)
  return (
    <span class={`block text-xs empty:hidden ${isAble(candidate) ? 'text-soft' : 'text-danger'}`}>
      {facts.join(' · ')}
    </span>
  )
}
