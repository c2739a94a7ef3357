import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../lib/clock.ts'
import { deviceRecords } from '../../features/devices/device-records.ts'
import { aDevice } from '../../testing/records.ts'
import { createSqliteStore } from './index.ts'
import { migrations } from './schema.ts'
import { withFile } from './testing/temporary.ts'

test('a file of the first schema gets a table for devices and loses no records', () =>
  withFile(async (file) => {
    mkdirSync(dirname(file), { recursive: true })
    const before = new DatabaseSync(file)
    before.exec(`
      ${migrations[0]}
      INSERT INTO users VALUES ('bob', 'Bob', 'bob@example.com', 'vendor', 1, '2026-01-01T00:00:00.000Z', 'hash');
      PRAGMA application_id = 0x43414c4c; PRAGMA user_version = 1;
    `)
    before.close()

    const store = createSqliteStore({ file, clock: systemClock, records: [deviceRecords] })
    await store.start()
    const device = aDevice({ vendorId: 'bob' })
    await store.collection(deviceRecords).create(device)
    assert.equal(await store.collection(deviceRecords).list(), [device])
    assert.is((await store.users.byId('bob'))?.name, 'Bob')
    await store.stop()
  }))

test.run()
