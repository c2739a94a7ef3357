import type { ChildProcess } from 'node:child_process'

/** The functions a process offers to its parent. Each takes one argument. */
type Handlers = Record<string, (input: never) => unknown>

/** The parent's view of them: the same functions, asynchronous. */
export type Remote<Api extends Handlers> = {
  [Name in keyof Api]: (...input: Parameters<Api[Name]>) => Promise<Awaited<ReturnType<Api[Name]>>>
}

interface CallRequest {
  id: number
  name: string
  input: never
}

type CallResponse = { id: number } & ({ result: unknown } | { error: string })

/** Serves the parent's calls over the IPC channel. The process exits when the channel closes. */
export function serveCalls(handlers: Handlers) {
  async function respond({ id, name, input }: CallRequest): Promise<CallResponse> {
    try {
      return { id, result: await handlers[name]?.(input) }
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
  process.on('message', (request: CallRequest) => void respond(request).then((response) => process.send?.(response)))
  process.on('disconnect', () => process.exit())
  process.send?.('ready')
}

/** Resolves when the child is ready for calls. Pending calls reject when the child exits. */
export async function connectCalls<Api extends Handlers>(child: ChildProcess, name: string): Promise<Remote<Api>> {
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let ended = false
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: 'ready' | CallResponse) => {
      if (message === 'ready') return resolve()
      const call = pending.get(message.id)
      pending.delete(message.id)
      if ('error' in message) call?.reject(new Error(`${name}: ${message.error}`))
      else call?.resolve(message.result)
    })
    child.on('exit', (code, signal) => {
      ended = true
      const error = new Error(`${name} has exited (${signal ?? code})`)
      reject(error)
      for (const call of pending.values()) call.reject(error)
    })
  })
  await ready
  const call = (method: string) => (input: unknown) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error(`${name} has exited`))
      pending.set(++lastId, { resolve, reject })
      child.send({ id: lastId, name: method, input })
    })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are in this folder and share `Api`
  return new Proxy(
    {},
    { get: (_target, method) => (method === 'then' ? undefined : call(String(method))) },
  ) as Remote<Api>
}
