import { CandidateList, type Candidate } from '#shared/areas.ts'
import type { Api } from '../../live/api.ts'

/** The vendors as candidates for an order, the able first; null when they could not be read. */
export async function readCandidates(api: Pick<Api, 'get'>, orderId: string): Promise<readonly Candidate[] | null> {
  try {
    return (await api.get(`/orders/${encodeURIComponent(orderId)}/vendors`, CandidateList)).vendors
  } catch {
    return null
  }
}

export const isAble = ({ lacks, works }: Candidate): boolean => lacks.length === 0 && works
