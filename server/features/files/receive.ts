import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { largestUpload } from '#shared/files.ts'
import { DomainError } from '../../lib/errors.ts'
import { limitParallel } from '../../lib/limit-parallel.ts'

export type Receive = ReturnType<typeof createReceive>

const tooLarge = () => new DomainError('too_large', `A file has at most ${largestUpload / 1_000_000} MB.`)
const oldAfter = 3_600_000

/**
 * Writes the body of a request into a temporary file, so that memory does not grow with it. What is too large is not read to
 * its end, and answered while the rest is dropped.
 */
export function createReceive(folder: string) {
  const limited = limitParallel(16, 200)

  async function receive<Result>(
    request: IncomingMessage,
    use: (path: string, head: Uint8Array) => Promise<Result>,
  ): Promise<Result> {
    if (Number(request.headers['content-length'] ?? 0) > largestUpload) throw tooLarge()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, randomUUID())
    try {
      return await use(path, await write(request, path))
    } finally {
      await rm(path, { force: true })
    }
  }

  return {
    /** Calls `use` with the file and its first bytes, and removes it then. Throws too_large or invalid_request. */
    receive: <Result>(request: IncomingMessage, use: (path: string, head: Uint8Array) => Promise<Result>) =>
      limited(() => receive(request, use)),

    /** Removes what a killed process has left. Other nodes may be writing into the same folder. */
    async sweep(now: number): Promise<void> {
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name)
        const found = await stat(path).catch(() => null)
        if (found && found.mtimeMs < now - oldAfter) await rm(path, { force: true })
      }
    },
  }
}

async function write(request: IncomingMessage, path: string): Promise<Uint8Array> {
  const handle = await open(path, 'wx', 0o600)
  let size = 0
  let head = Buffer.alloc(0)
  try {
    // Leaving the loop must not end the connection, on which the refusal is sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      size += bytes.length
      if (size > largestUpload) throw tooLarge()
      if (head.length < 16) head = Buffer.concat([head, bytes.subarray(0, 16)])
      await handle.writeFile(bytes)
    }
  } catch (error) {
    if (error instanceof DomainError) throw error
    throw request.destroyed ? new DomainError('invalid_request', 'The file did not arrive whole.') : error
  } finally {
    await handle.close()
  }
  if (size === 0) throw new DomainError('invalid_request', 'Send the file as the body of the request.')
  return head
}
