import type { ChildProcess } from 'node:child_process'

/** What a process can be asked: each takes one thing and answers one. */
type Handlers = Record<string, (input: never) => unknown>

/** The same, asked from another process. */
export type Remote<Api extends Handlers> = {
  [Name in keyof Api]: (...input: Parameters<Api[Name]>) => Promise<Awaited<ReturnType<Api[Name]>>>
}

interface Question {
  id: number
  name: string
  input: never
}

type Answer = { id: number } & ({ answer: unknown } | { error: string })

/** Answers what the parent asks, and ends with it. */
export function answerCalls(handlers: Handlers) {
  async function answer({ id, name, input }: Question): Promise<Answer> {
    try {
      return { id, answer: await handlers[name]?.(input) }
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
  process.on('message', (question: Question) => void answer(question).then((said) => process.send?.(said)))
  process.on('disconnect', () => process.exit())
  process.send?.('ready')
}

/** Resolves when the child can be asked; everything that is open rejects when it ends. */
export async function calls<Api extends Handlers>(child: ChildProcess, who: string): Promise<Remote<Api>> {
  const open = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>()
  let asked = 0
  let ended = false
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (said: 'ready' | Answer) => {
      if (said === 'ready') return resolve()
      const question = open.get(said.id)
      open.delete(said.id)
      if ('error' in said) question?.reject(new Error(`${who}: ${said.error}`))
      else question?.resolve(said.answer)
    })
    child.on('exit', (code, signal) => {
      ended = true
      const error = new Error(`${who} has ended (${signal ?? code})`)
      reject(error)
      for (const question of open.values()) question.reject(error)
    })
  })
  await ready
  const ask = (name: string) => (input: unknown) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error(`${who} has ended`))
      open.set(++asked, { resolve, reject })
      child.send({ id: asked, name, input })
    })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are of this folder, and share `Api`
  return new Proxy({}, { get: (_none, name) => (name === 'then' ? undefined : ask(String(name))) }) as Remote<Api>
}
