import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { BackupOptions } from './backup.ts'
import { bundleThread } from './bundle-thread.ts'
import { readSecretFiles } from './secret-files.ts'

/**
 * Makes a backup in a thread of its own: the check of the copy takes a second per gigabyte or longer, and the server goes
 * on meanwhile. A thread that is terminated in a statement would abort the process, so there is no way to cancel it.
 */
export function backUpInThread(file: string, to: string): Promise<void> {
  const workerData: BackupOptions = { file, to, beside: readSecretFiles(dirname(file)) }
  const thread = import.meta.url.endsWith('.ts')
    ? new Worker(bundleThread(new URL('backup-thread-main.ts', import.meta.url)), { eval: true, workerData })
    : new Worker(new URL('backup-thread-main.js', import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    thread.once('error', reject).once('exit', () => resolve())
  })
}
