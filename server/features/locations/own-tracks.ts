import { LocationReport } from '#shared/device-messages.ts'
import { topicOf } from '#shared/topics.ts'
import { fieldErrors } from '../../lib/zod.ts'
import type { TopicHandlers } from '../../services/topic-handlers.ts'
import type { LocationsService } from './locations.service.ts'

/**
 * Handles what the app OwnTracks publishes: positions (owntracks.org/booklet/tech/json). Its waypoints, events and its last will are
 * acknowledged and ignored. Who it is comes from the token, whatever the topic says.
 */
export function createOwnTracks(
  report: LocationsService['report'],
): Pick<TopicHandlers, 'ownTracks' | 'ownTracksOther'> {
  return {
    async ownTracks({ identity, reply }, parameters, { _type, lat, lng, accuracy, tst }) {
      if (_type !== 'location') return
      const read = LocationReport.safeParse({ lat, lng, ...(accuracy !== undefined && accuracy >= 0 && { accuracy }) })
      if (read.success) return report(identity, read.data, tst === undefined ? undefined : tst * 1000)
      const detail = fieldErrors(read.error.issues).map(({ path, message }) => `${path}: ${message}`)
      reply({ ok: false, code: 'invalid_request', detail: detail.join('; '), topic: topicOf('ownTracks', parameters) })
    },
    ownTracksOther: async () => {},
  }
}
