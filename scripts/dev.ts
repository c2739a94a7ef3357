import { spawn } from 'node:child_process'
import { createServer } from 'vite'

// npm run dev: the client from Vite in this process, the server under `tsx watch` beside it. Vite passes /api and /mqtt
// on to the server, so that the browser sees one origin and a restart of the server keeps the page.

const port = (process.env.PORT ??= '3000')
const vite = await createServer({ configFile: 'client/vite.config.ts' })
await vite.listen()

const args = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'server/main.ts']
// A process group of its own: Ctrl-C reaches it once, through us; twice would make tsx kill the server in mid-stop.
const server = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
const ended = new Promise<number>((resolve) => server.once('exit', (code) => resolve(code ?? 1)))

console.log(`Pages    ${vite.resolvedUrls?.local[0] ?? ''}  (changes appear at once)`)
console.log(`Server   http://127.0.0.1:${port}  (restarts on a change; Ctrl-C ends both)\n`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Vite's own listener would end this process at once.
  process.removeAllListeners(signal)
  process.on(signal, () => {
    stopping = true
    server.kill('SIGTERM')
  })
}

const code = await ended
await vite.close()
process.exit(stopping ? 0 : code)
