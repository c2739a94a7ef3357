import { resolve } from 'node:path'
import type { Config } from '../../../server/config/config.ts'
import { createStorage, nameOfStorage, type StorageSettings } from '../../../server/features/files/create-storage.ts'
import { picturesProblem } from '../../../server/features/files/pictures.ts'
import { ok, problem, reasonOf, warning, type Finding } from '../finding.ts'

/** Whether pictures can be read on this computer, and where they are stored. */
export async function checkFiles(config: Config): Promise<Finding[]> {
  return [await checkPictures(), config.filesBucket ? await checkBucket(config) : folderOf(config)]
}

async function checkPictures(): Promise<Finding> {
  const reason = await picturesProblem()
  return reason === null
    ? ok('pictures can be uploaded: sharp loads')
    : warning(`pictures cannot be uploaded: sharp does not load (${reason})`, 'npm install sharp on this computer')
}

function folderOf(config: Config): Finding {
  const what = `pictures are stored in ${resolve(nameOfStorage(config))}`
  return config.redisUrl === null
    ? ok(what)
    : warning(`${what}, of this server alone`, 'set FILES_URL, or mount one folder there on every server')
}

async function checkBucket(settings: StorageSettings): Promise<Finding> {
  const storage = createStorage(settings)
  const key = `doctor${Date.now().toString(36)}`
  try {
    await storage.put(key, Buffer.from('written by doctor'))
    await storage.open(key)
    await storage.remove(key)
    return ok(`pictures are stored in ${nameOfStorage(settings)}, which can be read and written`)
  } catch (error) {
    return problem(`pictures cannot be stored: ${reasonOf(error)}`, 'check FILES_URL')
  }
}
