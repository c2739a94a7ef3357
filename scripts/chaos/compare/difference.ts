/** A violation found by the comparison; `detail` names the order and the versions. */
export interface Difference {
  kind: Kind
  detail: string
}

export const kinds = [
  'order lost',
  'order duplicated',
  'responses differ',
  'change lost',
  'change duplicated',
  'two winners',
  'history',
  'time regressed',
  'total',
  'hand-over',
  'offer',
  'signed in',
  'no admin',
  'catalogue',
  'presence',
  'unpublished',
  'dashboard',
  'version regressed',
  'listener',
  'rest',
  'notification',
  'message',
  'file',
  'server',
  'abandoned',
  'too little activity',
] as const
export type Kind = (typeof kinds)[number]

export const difference = (kind: Kind) => (detail: string) => ({ kind, detail }) satisfies Difference

export const countOf = (differences: readonly Difference[], ...wanted: readonly Kind[]): number =>
  differences.filter(({ kind }) => wanted.includes(kind)).length
