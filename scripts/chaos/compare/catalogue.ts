import { isDeepStrictEqual } from 'node:util'
import type { Service } from '#shared/catalogue.ts'
import { difference, type Difference } from './difference.ts'

/** The services that a page or a device shows as offered. */
export interface ShownServices {
  name: string
  /** null: none was received. */
  services: readonly Service[] | null
}

const offered = (services: readonly Service[]) =>
  services.filter(({ active }) => active).toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** Every page and every device with the topic `services` shows the catalogue as it is stored. */
export function checkCatalogue(shown: ShownServices, stored: readonly Service[]): Difference[] {
  if (shown.services && isDeepStrictEqual(offered(shown.services), offered(stored))) return []
  const prices = (services: readonly Service[]) => offered(services).map(({ name, price }) => `${name} ${price}`)
  const text = shown.services === null ? 'nothing' : prices(shown.services).join(', ')
  return [difference('catalogue')(`${shown.name} shows ${text}, not ${prices(stored).join(', ')}`)]
}
