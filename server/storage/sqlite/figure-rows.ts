// How a row of the table `figures` holds the counts of durations: pairs of numbers, each the distance from the last index
// that has a count and the count, in groups of seven bits (LEB128). Most take two bytes; the counts themselves would take 1.6 kB.

export function encodeCounts(counts: Float64Array): Uint8Array {
  const bytes: number[] = []
  let last = -1
  // By index: the iterator of entries takes ten times as long.
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0
    if (count === 0) continue
    push(bytes, index - last)
    push(bytes, count)
    last = index
  }
  return Uint8Array.from(bytes)
}

function push(bytes: number[], value: number): void {
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
}

/** Adds what `encodeCounts` has stored. */
export function addCounts(counts: Float64Array, stored: Uint8Array): void {
  let index = -1
  let isCount = false
  let value = 0
  let place = 1
  for (const byte of stored) {
    value += (byte % 128) * place
    place *= 128
    if (byte >= 128) continue
    if (isCount) counts[index] = (counts[index] ?? 0) + value
    else index += value
    isCount = !isCount
    value = 0
    place = 1
  }
}
