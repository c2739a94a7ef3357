/** What must not be, by kind; `words` says where. */
export interface Difference {
  kind: Kind
  words: string
}

export const kinds = [
  'order lost',
  'order twice',
  'answers differ',
  'change lost',
  'change twice',
  'two winners',
  'history',
  'unpublished',
  'screen',
  'went back',
  'listener',
  'rest',
  'server',
  'abandoned',
  'too little',
] as const
export type Kind = (typeof kinds)[number]

export const difference = (kind: Kind) => (words: string) => ({ kind, words }) satisfies Difference

export const countOf = (differences: readonly Difference[], ...wanted: readonly Kind[]): number =>
  differences.filter(({ kind }) => wanted.includes(kind)).length
