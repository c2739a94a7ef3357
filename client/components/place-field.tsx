import { useEffect, useRef, useState } from 'preact/hooks'
import type { Place } from '#shared/geocoding.ts'
import type { Position } from '#shared/position.ts'
import { t } from '../i18n/index.ts'
import { addressAt, findPlaces } from '../models/place/geocode.ts'
import { locate, type LocateProblem } from '../models/place/geolocate.ts'
import { belongsToAddress, positionValue, readPosition } from '../models/place/position-field.ts'
import type { Form } from '../models/ui/form.ts'
import { Button } from './button.tsx'
import { TextArea, TextField } from './field.tsx'
import { PlaceMap } from './map.tsx'
import { useWorkspace } from './workspace-context.ts'

interface Props<Name extends string> {
  form: Pick<Form<Name | 'address' | 'area' | 'position'>, 'values' | 'errors' | 'change'>
  help?: string
  areaHelp?: string
  /** Whether the browser is where the order is: not for an admin who takes a call. */
  isThere?: boolean
}

/** How long typing pauses before addresses are searched for, in ms. */
const pause = 350

/** The address, what a geocoder finds for it, the district, and the position on the map. */
export function PlaceField<Name extends string>({ form, help, areaHelp, isThere = true }: Props<Name>) {
  const { api } = useWorkspace()
  const [found, setFound] = useState<readonly Place[]>([])
  const [problem, setProblem] = useState<LocateProblem | null>(null)
  const [locating, setLocating] = useState(false)
  const [mapShown, setMapShown] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const asked = useRef('')
  useEffect(() => () => clearTimeout(timer.current), [])
  const { position: value } = form.values.value
  const position = readPosition(value)

  function typed(text: string) {
    if (belongsToAddress(form.values.peek().position)) form.change('position', '')
    clearTimeout(timer.current)
    asked.current = text
    timer.current = setTimeout(() => {
      void findPlaces(api, text).then((places) => {
        if (asked.current === text) setFound(places)
      })
    }, pause)
  }

  function choose({ address, area, lat, lng }: Place) {
    asked.current = ''
    form.change('address', address)
    if (area) form.change('area', area)
    form.change('position', positionValue({ lat, lng }, 'place'))
    setFound([])
  }

  /** Keeps what is typed already. */
  async function set(at: Position) {
    form.change('position', positionValue(at, 'own'))
    if (form.values.peek().address.trim() !== '') return
    const place = await addressAt(api, at)
    if (!place || form.values.peek().address.trim() !== '') return
    form.change('address', place.address)
    if (place.area) form.change('area', place.area)
  }

  async function useLocation() {
    setLocating(true)
    setProblem(null)
    const at = await locate()
    setLocating(false)
    if (typeof at === 'string') setProblem(at)
    else await set(at)
  }

  return (
    <div class="grid gap-5">
      <div>
        <div
          onInput={({ target }) => {
            if (target instanceof HTMLTextAreaElement) typed(target.value)
          }}
        >
          <TextArea form={form} name="address" label={t().common.address} help={help} />
        </div>
        <Found found={found} onChoose={choose} />
        <div class="flex flex-wrap items-center gap-2 pt-2">
          {isThere && (
            <Button
              size="sm"
              class="min-h-11"
              icon="icon-[lucide--locate]"
              busy={locating}
              onClick={() => void useLocation()}
            >
              {t().place.useLocation}
            </Button>
          )}
          <Button
            size="sm"
            class="min-h-11"
            icon="icon-[lucide--map]"
            aria-expanded={mapShown}
            onClick={() => setMapShown(!mapShown)}
          >
            {mapShown ? t().place.closeMap : t().place.setOnMap}
          </Button>
        </div>
        {problem && (
          <p role="status" class="pt-2 text-sm text-danger">
            {t().place.problems[problem]}
          </p>
        )}
        {mapShown && (
          <div class="pt-2">
            <PlaceMap
              label={t().place.map}
              markers={position ? [{ id: 'pin', at: position, kind: 'pin', label: t().place.pin }] : []}
              onPick={(at) => void set({ lat: toMetre(at.lat), lng: toMetre(at.lng) })}
            />
            <p class="pt-1 text-xs text-soft">{t().place.mapHelp}</p>
          </div>
        )}
        {position && (
          <p role="status" class="mt-2 flex flex-wrap items-center gap-x-2 rounded-sm bg-accent-soft ps-3 text-sm">
            <span class="icon-[lucide--map-pin-check] size-4 shrink-0 text-accent" aria-hidden="true" />
            <span class="min-w-0 flex-1 py-2">{t().place.isSet}</span>
            <Button variant="quiet" size="sm" class="min-h-11" onClick={() => form.change('position', '')}>
              {t().place.remove}
            </Button>
          </p>
        )}
      </div>
      <TextField form={form} name="area" label={t().common.area} optional help={areaHelp} />
    </div>
  )
}

const toMetre = (degrees: number) => Math.round(degrees * 1e5) / 1e5

/** Addresses as buttons: Tab and Enter choose one. */
function Found({ found, onChoose }: { found: readonly Place[]; onChoose(place: Place): void }) {
  return (
    <ul aria-label={t().place.found} aria-live="polite" class="grid gap-1 pt-1 empty:hidden">
      {found.map((place) => (
        <li key={place.address}>
          <button
            type="button"
            onClick={() => onChoose(place)}
            class="flex min-h-11 w-full items-center gap-2 rounded-sm border border-line px-3 py-1 text-start text-sm hover:bg-sunken"
          >
            <span class="icon-[lucide--map-pin] size-4 shrink-0 text-soft" aria-hidden="true" />
            <span dir="auto">{place.address}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
