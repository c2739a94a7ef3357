import * as z from 'zod/mini'
import type { OrderFile } from './files.ts'

/** The most photos that a service may ask for. */
export const mostProofPhotos = 5

/** What an order is completed with. `photos`: at least so many. `pin`: the four digits that its customer tells. */
export const Proof = z.object({
  note: z.optional(z.literal(true)),
  photos: z.optional(z.int().check(z.minimum(1), z.maximum(mostProofPhotos))),
  signature: z.optional(z.literal(true)),
  pin: z.optional(z.literal(true)),
})
export type Proof = z.infer<typeof Proof>

export const Pin = z.string().check(z.regex(/^\d{4}$/, 'Four digits'))

/** What several services ask for together; undefined for nothing. */
export function joinProofs(proofs: readonly (Proof | undefined)[]): Proof | undefined {
  const joined: Proof = {}
  for (const proof of proofs) {
    if (proof?.note) joined.note = true
    if (proof?.photos) joined.photos = Math.max(proof.photos, joined.photos ?? 1)
    if (proof?.signature) joined.signature = true
    if (proof?.pin) joined.pin = true
  }
  return Object.keys(joined).length > 0 ? joined : undefined
}

export type ProofPart = keyof Proof

interface Proved {
  proof?: Proof
  files?: readonly Pick<OrderFile, 'kind' | 'by'>[]
}

/** Pictures of the customer prove nothing. */
const countOf = ({ files = [] }: Proved, kind: OrderFile['kind']) =>
  files.filter((file) => file.kind === kind && file.by.role !== 'customer').length

/** How many photos are missing. */
export const missingPhotos = (order: Proved): number =>
  Math.max(0, (order.proof?.photos ?? 0) - countOf(order, 'photo'))

/** What is missing of the proof. */
export function missingProof(order: Proved, given: { note?: string; pin?: string }): ProofPart[] {
  const { proof } = order
  const missing: ProofPart[] = []
  if (proof?.note && !given.note) missing.push('note')
  if (missingPhotos(order) > 0) missing.push('photos')
  if (proof?.signature && countOf(order, 'signature') === 0) missing.push('signature')
  if (proof?.pin && given.pin === undefined) missing.push('pin')
  return missing
}
