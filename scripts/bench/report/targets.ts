/** A limit for a figure. `value` is NaN if it was not measured. */
export interface Target {
  what: string
  value: number
  is: 'at least' | 'at most'
  limit: number
}

export const met = ({ value, is, limit }: Target) => (is === 'at least' ? value >= limit : value <= limit)

export const isMeasured = ({ value }: Target) => !Number.isNaN(value)

export function showTargets(targets: readonly Target[]): string[] {
  return targets.map((target) => {
    const { what, value, is, limit } = target
    const sign = is === 'at least' ? '≥' : '≤'
    return `${met(target) ? 'ok  ' : 'MISS'}  ${short(value).padStart(8)} ${sign} ${short(limit).padEnd(6)}  ${what}`
  })
}

const short = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2))
