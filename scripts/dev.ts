import { spawn } from 'node:child_process'
import { createServer } from 'vite'

// npm run dev: Vite serves the client in this process, and `tsx watch` runs the server. Vite proxies /api and /mqtt to
// the server, so that the browser has one origin and a page survives a restart of the server.

const port = (process.env.PORT ??= '3000')
// The pages are at the root here.
process.env.BASE_PATH = ''
const vite = await createServer({ configFile: 'client/vite.config.ts' })
await vite.listen()

const args = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'server/main.ts']
// A separate process group, so that Ctrl-C reaches it once, through this process. A second signal makes tsx kill the
// server while it stops.
const server = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
const ended = new Promise<number>((resolve) => server.once('exit', (code) => resolve(code ?? 1)))

console.log(`Pages    ${vite.resolvedUrls?.local[0] ?? ''}  (changes appear at once)`)
console.log(`Server   http://127.0.0.1:${port}  (restarts on a change; Ctrl-C ends both)\n`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Vite's own listener would exit at once.
  process.removeAllListeners(signal)
  process.on(signal, () => {
    stopping = true
    server.kill('SIGTERM')
  })
}

const code = await ended
await vite.close()
process.exit(stopping ? 0 : code)
