import { useEffect, useState } from 'preact/hooks'
import type { Candidate } from '#shared/areas.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import { Countdown } from '../../components/countdown.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { isAble, readCandidates } from '../../models/admin/candidates.ts'

/** To whom the order is offered now, and when others are asked. Nothing while every vendor is. */
export function OfferState({ order: { id, version, offer } }: { order: Pick<Order, 'id' | 'version' | 'offer'> }) {
  const { api } = useWorkspace()
  const [vendors, setVendors] = useState<readonly Candidate[]>([])
  // Each decline and each round is a version.
  useEffect(() => {
    let isOld = false
    void readCandidates(api, id).then((found) => {
      if (found && !isOld) setVendors(found)
    })
    return () => void (isOld = true)
  }, [api, id, version])
  const asked = vendors.filter(({ offered }) => offered)
  const declined = vendors.filter((one) => one.declined)
  if (!offer && (vendors.length === 0 || asked.length === vendors.length)) return null
  const isStuck = vendors.length > 0 && asked.length === 0
  return (
    <section
      aria-label={t().dispatch.offer}
      data-offer-round={offer?.round ?? 0}
      class="grid gap-1 rounded-sm bg-sunken p-3 text-sm print:hidden"
    >
      {offer && (
        <p class="flex flex-wrap gap-x-3">
          <span class="font-semibold">{t().dispatch.round(offer.round)}</span>
          <span class="text-soft">
            {offer.until ? (
              <Countdown until={offer.until} text={t().dispatch.moreIn} over={t().dispatch.moreNow} />
            ) : (
              !isStuck && t().dispatch.allAsked
            )}
          </span>
        </p>
      )}
      {asked.length > 0 && <p dir="auto">{t().dispatch.asked(namesOf(asked))}</p>}
      {declined.length > 0 && (
        <p class="text-soft" dir="auto">
          {t().dispatch.declined(namesOf(declined))}
        </p>
      )}
      {isStuck && <p class="text-danger">{vendors.some(isAble) ? t().dispatch.noneLeft : t().dispatch.noneAble}</p>}
    </section>
  )
}

const namesOf = (vendors: readonly Candidate[]) => vendors.map(({ name }) => name).join(', ')
