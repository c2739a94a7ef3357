import { equal, type Compared } from './migrate.ts'

/** One line per kind of record. */
export function comparisonTable(compared: Compared[]): string {
  const rows = [
    ['kind', 'source', 'target', 'SHA-256 source', 'SHA-256 target', ''],
    ...compared.map((one) => [
      one.kind,
      String(one.source.count),
      String(one.target.count),
      one.source.sha256.slice(0, 14),
      one.target.sha256.slice(0, 14),
      equal(one) ? '' : 'differs',
    ]),
  ]
  return rows
    .map(([kind = '', source = '', target = '', ...rest]) =>
      [kind.padEnd(9), source.padStart(8), target.padStart(8), ...rest.map((text) => text.padEnd(14))]
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
