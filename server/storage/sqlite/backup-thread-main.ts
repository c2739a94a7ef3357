import { workerData } from 'node:worker_threads'
import { backUp, type BackupOptions } from './backup.ts'

// The thread that makes one backup; backup-thread.ts starts it. A failure is the thread's error event.

const options: BackupOptions = workerData
void backUp(options)
