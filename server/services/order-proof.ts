import { randomInt } from 'node:crypto'
import type { Proof } from '#shared/proof.ts'
import type { OrderRecord } from '../storage/store.ts'

/** What a new order keeps of the proof that its services ask for. Nothing for most orders. */
export const proofOfNewOrder = (proof: Proof | undefined): Pick<OrderRecord, 'proof' | 'pin'> =>
  proof ? { proof, ...(proof.pin && { pin: newPin() }) } : {}

const newPin = () => String(randomInt(10_000)).padStart(4, '0')
