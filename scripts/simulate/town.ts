import type { Random } from '../../server/system-tests/lib/numbers.ts'

/** Metres east and north of the town's south-west corner. */
export interface Point {
  x: number
  y: number
}

/** WGS 84 degrees. */
export interface Position {
  lat: number
  lng: number
}

// Neuwerder does not exist; its corner lies in the North Sea.
const corner: Position = { lat: 54.2, lng: 7.5 }
const metresPerDegree = 111_320

const name = 'Neuwerder'
const streets = ['Am Deich', 'Lindenstraße', 'Marktstraße', 'Gartenweg', 'Mühlenweg', 'Schulstraße', 'Bahnhofstraße']
const districts = ['Hafen', 'Altstadt', 'Werder Süd']

/** Streets run from west to east, and avenues without addresses from south to north. */
const streetGap = 250
const avenueGap = 300
const width = 2_400
const houseGap = 12

const positionOf = ({ x, y }: Point): Position => ({
  lat: corner.lat + y / metresPerDegree,
  lng: corner.lng + x / (metresPerDegree * Math.cos((corner.lat * Math.PI) / 180)),
})

const length = (from: Point, to: Point) => Math.abs(to.x - from.x) + Math.abs(to.y - from.y)

/** An address of the town, as an order has it. */
export function anAddress(random: Random): { address: string; area: string } {
  const number = 1 + random.below(width / houseGap)
  const street = random.pick(streets)
  const area = districts[Math.floor((number * houseGap * districts.length) / (width + houseGap))] ?? name
  return { address: `${street} ${number}, ${name}`, area }
}

export const aPlace = (random: Random): Point => placeOf(anAddress(random).address)

/** Where an address is; one that the town does not have is at its corner. */
export function placeOf(address: string): Point {
  const [, street = '', number = '0'] = /^(.+) (\d+), /.exec(address) ?? []
  return { x: Number(number) * houseGap, y: Math.max(0, streets.indexOf(street)) * streetGap }
}

/** The way along the streets: to the avenue next to the start, along it, and along the other street. */
export function route(from: Point, to: Point) {
  const avenue = Math.round(from.x / avenueGap) * avenueGap
  const corners = from.y === to.y ? [from, to] : [from, { x: avenue, y: from.y }, { x: avenue, y: to.y }, to]
  const total = corners.slice(1).reduce((sum, point, index) => sum + length(corners[index] ?? point, point), 0)

  return {
    metres: total,
    /** `share`: of the way, from 0 to 1. */
    at(share: number): Position {
      let left = total * Math.min(1, share)
      let last = from
      for (const next of corners.slice(1)) {
        const part = length(last, next)
        if (left <= part) {
          const done = part === 0 ? 0 : left / part
          return positionOf({ x: last.x + (next.x - last.x) * done, y: last.y + (next.y - last.y) * done })
        }
        left -= part
        last = next
      }
      return positionOf(to)
    },
  }
}
