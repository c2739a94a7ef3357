import * as z from 'zod/mini'
import type { OrderFile } from './files.ts'

/** What an order is completed with. `photos`: at least so many. `pin`: the four digits that its customer tells. */
export const Proof = z.object({
  note: z.optional(z.literal(true)),
  photos: z.optional(z.int().check(z.minimum(1), z.maximum(5))),
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

/** What is missing of the proof. Pictures of the customer prove nothing. */
export function missingProof(
  { proof, files = [] }: { proof?: Proof; files?: readonly Pick<OrderFile, 'kind' | 'by'>[] },
  given: { note?: string; pin?: string },
): ProofPart[] {
  const made = (kind: OrderFile['kind']) => files.filter((file) => file.kind === kind && file.by.role !== 'customer')
  const missing: ProofPart[] = []
  if (proof?.note && !given.note) missing.push('note')
  if (proof?.photos && made('photo').length < proof.photos) missing.push('photos')
  if (proof?.signature && made('signature').length === 0) missing.push('signature')
  if (proof?.pin && given.pin === undefined) missing.push('pin')
  return missing
}
