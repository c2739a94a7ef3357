import { ChangeReasons, reasonLists, Reasons } from '#shared/reasons.ts'
import { roles } from '#shared/actors.ts'
import { only } from '../../http/route.ts'
import type { FeatureModule } from '../feature.ts'
import { reasonRecords } from './reason-records.ts'

/** The reasons that people and devices choose from when they decline, release, cancel or could not complete an order. */
export const reasons: FeatureModule = {
  name: 'reasons',
  records: [reasonRecords],
  create({ store }) {
    const lists = store.collection(reasonRecords)

    async function all(): Promise<Reasons> {
      const records = new Map((await lists.list()).map((record) => [record.name, record.reasons]))
      const of = (name: (typeof reasonLists)[number]) => records.get(name) ?? null
      return {
        decline: of('decline'),
        release: of('release'),
        fail: of('fail'),
        cancel: of('cancel'),
        releaseByAdmin: of('releaseByAdmin'),
        cancelByAdmin: of('cancelByAdmin'),
      }
    }

    return {
      async reasonText(name, code) {
        const record = await lists.get(name)
        return record?.reasons.find((reason) => reason.code === code)?.text ?? null
      },
      routes: [
        only(
          roles,
          {
            method: 'get',
            path: '/reasons',
            devices: true,
            tokens: 'any',
            link: 'read',
            summary: 'The reasons to choose from, by action; null: those of the page',
            reply: { 200: Reasons },
          },
          async () => ({ status: 200, body: await all() }),
        ),
        only(
          ['admin'],
          {
            method: 'put',
            path: '/reasons',
            body: ChangeReasons,
            summary: 'Sets lists of reasons; null: those of the page. Lists that are absent stay',
            reply: { 200: Reasons },
          },
          async ({ body }) => {
            const before = await all()
            for (const name of reasonLists) {
              const changed = body[name]
              if (changed) await lists.put({ name, reasons: changed })
              else if (changed === null) await lists.delete(name)
            }
            const after = await all()
            return { status: 200, body: after, log: { message: 'reasons changed' }, changes: { before, after } }
          },
        ),
      ],
    }
  },
}
