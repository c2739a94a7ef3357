import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Resident memory of a process in MB (VmRSS of proc(5)). */
export function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}

/** All descendants of a process whose ancestors are alive (proc(5)). */
export function descendantsOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`)
  const children = threads.flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
  return children.filter(Boolean).flatMap((child) => [Number(child), ...descendantsOf(Number(child))])
}

/** Number of open file descriptors of a process. */
export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** Samples a process's memory ten times a second; `stop` returns the maximum in MB. */
export function watchMemory(pid: number) {
  let most = memoryOf(pid)
  const timer = setInterval(() => {
    if (existsSync(`/proc/${pid}`)) most = Math.max(most, memoryOf(pid))
    else clearInterval(timer)
  }, 100)
  return {
    most: () => most,
    stop(): number {
      clearInterval(timer)
      return (most = Math.max(most, memoryOf(pid)))
    },
  }
}

/**
 * Those client ports whose connection to `serverPort` is still open on the server (proc(5), /proc/net/tcp). A client that
 * never reads does not notice that its connection was closed.
 */
export function heldByServer(serverPort: number, clientPorts: readonly number[]): number[] {
  const established = '01'
  const open = new Set<number>()
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/)
    if (portIn(local) === serverPort && state === established) open.add(portIn(remote))
  }
  return clientPorts.filter((port) => open.has(port))
}

const portIn = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16)
