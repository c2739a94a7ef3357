import { UploadedFile } from '#shared/file-input.ts'
import { photo } from '../../../server/features/files/testing/pictures.ts'
import type { Acknowledgements } from '../acknowledgements.ts'
import type { Counters } from '../counters.ts'
import type { Retry } from './retry.ts'
import type { Session } from './session.ts'

export interface PhotosOptions {
  api: Pick<Session['api'], 'post'>
  name: string
  acknowledgements: Pick<Acknowledgements, 'photographed'>
  counters: Pick<Counters, 'photos' | 'refusals'>
  retry: Retry
}

const picture = await photo(40, 30)

/** Adds photos to orders. The sender chooses the id: however often a photo is sent, the order has it once. */
export function createPhotos({ api, name, acknowledgements, counters, retry }: PhotosOptions) {
  let sent = 0
  return async (orderId: string): Promise<void> => {
    const id = `${name}-photo-${++sent}`
    const outcome = await retry.untilDefinite(() =>
      api.post(`/orders/${orderId}/files?id=${id}`, UploadedFile, picture),
    )
    // The order may have been taken away.
    if (!outcome?.done) return void counters.refusals++
    counters.photos++
    acknowledgements.photographed(orderId, id)
  }
}
