import { join } from 'node:path'
import { logLevelOf } from '../../lib/errors.ts'
import { createRegularSweep } from '../../services/regular-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { backupOfFiles, backUpFiles, removeOutdatedFiles } from './file-backups.ts'
import { createStorage } from './create-storage.ts'
import { createFileRecords, fileRecords } from './file-records.ts'
import { createFileSweep } from './file-sweep.ts'
import { createFilesService } from './files.service.ts'
import { createPersonalData } from './personal-data.ts'
import { createPictures } from './pictures.ts'
import { createReceive } from './receive.ts'
import { fileRoutes } from './routes.ts'

const [perMinute, minute] = [120, 60]
const orphansEvery = 24 * 3_600_000

/** Pictures of orders, of messages and of the catalogue, in DATA_DIR/files or a bucket (FILES_URL). */
export const files: FeatureModule = {
  name: 'files',
  records: [fileRecords],
  create({ store, amendments, catalogue, limit, nodes, settings, clock, log }) {
    const records = createFileRecords(store)
    const storage = createStorage(settings)
    const isShared = settings.filesBucket !== null || !settings.severalNodes
    const received = createReceive(join(settings.filesFolder, 'received'))
    const service = createFilesService({
      files: records,
      storage,
      pictures: createPictures(),
      receive: received.receive,
      orders: store.orders,
      amendments,
      catalogue,
      secondsToWait: limit('files', perMinute, minute),
      clock,
    })
    const { settleAll, removeOrphans } = createFileSweep({
      files: records,
      storage,
      settle: (record) => service.settle(record),
      remove: service.remove,
      clock,
    })
    const settling = createRegularSweep({
      sweep: settleAll,
      failure: 'files that were sent could not be added to their orders',
      every: 60_000,
      nodes,
      clock,
      log,
    })
    const orphans = createRegularSweep({
      async sweep() {
        await received.sweep(clock.now())
        const removed = await removeOrphans()
        if (removed > 0) log.info({ removed }, 'files that nothing names are removed')
      },
      failure: 'files that nothing names could not be removed',
      every: orphansEvery,
      nodes,
      clock,
      log,
    })
    return {
      routes: fileRoutes(service),
      attachFiles: service.attach,
      // A bucket is no part of the backups of this computer.
      ...(settings.filesBucket === null && {
        async backUpBeside({ folder, oldest }) {
          const backup = backupOfFiles(folder)
          const { copied, missing } = await backUpFiles(records, storage, backup)
          await removeOutdatedFiles(records, backup, { now: clock.now(), oldest })
          if (copied > 0 || missing > 0) log.info({ copied, missing }, 'files copied to the backups')
        },
      }),
      personalData: createPersonalData({ files: records, service, orders: store.orders }),
      async ordersRemoved(orders) {
        for (const { id } of orders)
          await service
            .removeOf(id)
            .catch((error: unknown) => log[logLevelOf(error)]({ error, order: id }, 'its files could not be removed'))
      },
      start() {
        if (!isShared)
          log.info({ folder: settings.filesFolder }, 'pictures need FILES_URL, or one folder that all nodes share')
        settling.start()
        orphans.start()
      },
      async stop() {
        await settling.stop()
        await orphans.stop()
      },
    }
  },
}
