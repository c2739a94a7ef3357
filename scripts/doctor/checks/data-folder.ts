import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../../../server/config/config.ts'
import { secretFiles } from '../../../server/storage/sqlite/secret-files.ts'
import { ok, problem, warning, type Finding } from '../finding.ts'

const groupAndOthers = 0o077
const MB = 1e6

/** Rights of the folder and of the secrets in it, and the space on its disk. */
export function checkDataFolder({ dataDir }: Config): Finding[] {
  const folder = resolve(dataDir)
  if (!existsSync(folder)) {
    const parent = nearestFolder(folder)
    return isUsable(parent)
      ? [ok(`${folder} does not exist yet: the first start creates it`), ...spaceIn(parent)]
      : [problem(`${folder} cannot be created`, `let the user of the server write to ${parent}`)]
  }
  if (!isUsable(folder))
    return [problem(`${folder} cannot be read and written`, 'run as the user of the server, or give the folder to it')]
  return [...ownerOf(folder), ...rightsIn(folder), ...spaceIn(folder)]
}

function ownerOf(folder: string): Finding[] {
  const [owner, user] = [statSync(folder).uid, process.getuid?.()]
  return user === undefined || owner === user
    ? []
    : [warning(`${folder} belongs to the user ${owner}, not to ${user}`, 'run the server as the user who owns it')]
}

function rightsIn(folder: string): Finding[] {
  const open = [folder, ...secretFiles.map((name) => join(folder, name))].filter(
    (path) => existsSync(path) && (statSync(path).mode & groupAndOthers) !== 0,
  )
  return open.length === 0
    ? [ok(`${folder} is closed to other users`)]
    : open.map((path) => problem(`${path} is open to other users`, `chmod go= ${path}`))
}

function spaceIn(folder: string): Finding[] {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const what = `${Math.round(free / MB)} MB are free on the disk of ${folder}`
  if (free < 200 * MB) return [problem(what, 'free space: on a full disk nothing can be stored')]
  return free < 1000 * MB ? [warning(what, 'free space before the disk is full')] : [ok(what)]
}

const nearestFolder = (path: string): string => (existsSync(path) ? path : nearestFolder(dirname(path)))

function isUsable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
