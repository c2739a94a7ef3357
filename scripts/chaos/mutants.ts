import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { kinds, type Difference, type Kind } from './compare/difference.ts'

/** A safeguard that is removed from the source, and the differences that must then be found. */
export interface Mutant {
  name: string
  file: string
  find: string
  replace: string
  /** Whether the server needs time between kills for what the mutant breaks, such as requests of several admins at once. */
  fewKills?: boolean
  /** Whether it can be in one source with the others that are marked so: each is found by a kind of its own. */
  together?: boolean
  /** At least one difference must be of one of these kinds. */
  expected: readonly Kind[]
}

export const mutants: readonly Mutant[] = [
  {
    name: 'sweep',
    file: 'server/mqtt/outbound/publisher.ts',
    find: '      await sweep({ skipNew: false })\n      sweepLater()\n',
    replace: '',
    expected: ['unpublished', 'listener'],
  },
  {
    name: 'merge',
    file: 'client/live/orders.ts',
    find: '    if (event.version <= Math.max(entry?.confirmed.version ?? 0, removedAt.get(event.id) ?? 0)) return false\n',
    replace: '',
    expected: ['dashboard', 'version regressed'],
  },
  {
    name: 'version',
    file: 'server/storage/sqlite/orders.ts',
    find: 'WHERE seq = :seq AND version = :expectedVersion',
    replace: 'WHERE seq = :seq',
    expected: ['change lost', 'history', 'two winners'],
  },
  {
    name: 'catch-up',
    file: 'client/live/sync.ts',
    find: '    if (expired) return reloadFeeds(isNewest)\n',
    replace: '    return\n',
    expected: ['dashboard'],
  },
  {
    name: 'hand-over',
    file: 'server/services/hand-over.service.ts',
    find: '      const jobs = await openJobs(vendorId)\n',
    replace: '      const jobs: OrderRecord[] = []\n',
    fewKills: true,
    together: true,
    expected: ['hand-over'],
  },
  {
    name: 'last-admin',
    file: 'server/storage/sqlite/users.ts',
    find: "SELECT 1 FROM users WHERE role = 'admin' AND active = 1 AND id <> :id",
    replace: 'SELECT 1',
    fewKills: true,
    expected: ['no admin'],
  },
  {
    name: 'price',
    file: 'server/services/pricing.ts',
    find: 'if (expectedTotal === undefined || expectedTotal === totalAmount) return',
    replace: 'if (expectedTotal !== -1) return',
    fewKills: true,
    together: true,
    expected: ['total'],
  },
  {
    name: 'time',
    file: 'shared/apply-transition.ts',
    find: 'const updatedAt = now > order.updatedAt ? now : order.updatedAt',
    replace: 'const updatedAt = now',
    fewKills: true,
    together: true,
    expected: ['time regressed'],
  },
]

/** What one run of chaos is to find: one mutant, or those that can be together. */
export const mutantRuns: readonly (readonly Mutant[])[] = [
  ...mutants.filter(({ together }) => !together).map((mutant) => [mutant]),
  mutants.filter(({ together }) => together),
]

export interface MutantRun {
  /** Exit code of the run: 1 if it found differences. */
  code: number | null
  differences: Difference[]
  /** The names of the mutants of which no expected kind was found. */
  missed: string[]
}

export function mutantNamed(name: string): Mutant {
  const found = mutants.find((mutant) => mutant.name === name)
  if (!found) throw new Error(`unknown mutant ${name}; the mutants are ${mutants.map((one) => one.name).join(', ')}`)
  return found
}

/** Runs chaos with these arguments in a copy of the source tree that has the mutants' faults. */
export async function runMutants(
  planted: readonly Mutant[],
  args: readonly string[],
  interrupted?: AbortSignal,
): Promise<MutantRun> {
  const dir = await mkdtemp(join(tmpdir(), 'callout-mutant-'))
  try {
    await copyTree(dir)
    for (const mutant of planted) await plant(mutant, dir)
    const report = join(dir, 'chaos.json')
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/chaos/main.ts', ...args, '--json', report], {
      cwd: dir,
      // A separate process group, so that Ctrl-C reaches it once, through this process.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const pass = () => void child.kill('SIGINT')
    interrupted?.addEventListener('abort', pass)
    const end = () => void child.kill('SIGTERM')
    process.once('exit', end)
    const [code] = await once(child, 'exit')
    process.off('exit', end)
    const differences = await differencesIn(report)
    const isFound = ({ expected }: Mutant) => code === 1 && differences.some(({ kind }) => expected.includes(kind))
    const missed = planted.filter((mutant) => !isFound(mutant)).map(({ name }) => name)
    return { code: typeof code === 'number' ? code : null, differences, missed }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Copies the working tree: tracked files and new ones that are not ignored. */
async function copyTree(to: string) {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  for (const path of stdout.split('\0').filter(Boolean)) {
    const target = join(to, path)
    await mkdir(dirname(target), { recursive: true })
    // A tracked file may have been deleted.
    await copyFile(path, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  await symlink(await realpath(resolve('node_modules')), join(to, 'node_modules'))
}

/** Throws if the code to replace is not in the source exactly once. */
async function plant({ name, file, find, replace }: Mutant, dir: string) {
  const path = join(dir, file)
  const source = await readFile(path, 'utf8')
  const parts = source.split(find)
  if (parts.length !== 2)
    throw new Error(`mutant ${name}: the code it replaces is ${parts.length - 1} times in ${file}, not once`)
  await writeFile(path, parts.join(replace))
}

async function differencesIn(report: string): Promise<Difference[]> {
  const text = await readFile(report, 'utf8').catch(() => '{"differences":[]}')
  const { differences }: { differences: Difference[] } = JSON.parse(text)
  return differences.filter(({ kind }) => kinds.includes(kind))
}
