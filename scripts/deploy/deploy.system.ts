import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readUntilReady } from '../../server/testing/ready-lines.ts'
import { readDockerfile, wordsOf } from './dockerfile.ts'

// npm run test:system -- scripts/deploy: the unit as systemd reads it and its messages, and the steps of the Dockerfile, which
// run here in temporary folders, because there is no container engine.

const test = suite<{ root: string }>('files for operators')
const run = promisify(execFile)
const here = import.meta.dirname

test.before(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'callout-deploy-'))
  await chmod(context.root, 0o755)
})
test.after(({ root }) => rm(root, { recursive: true, force: true }))

test('systemd accepts the unit, and gives it little exposure', async () => {
  const unit = join(here, 'callout.service')
  const { stdout, stderr } = await run('systemd-analyze', ['verify', unit])
  assert.is(stdout + stderr, '')
  const { stdout: security } = await run('systemd-analyze', ['security', '--offline=yes', '--no-pager', unit])
  const exposure = Number(/exposure level for callout\.service: ([\d.]+)/.exec(security)?.[1])
  console.log(`figures systemd-analyze security: ${exposure} of 10`)
  assert.ok(exposure < 3, `${exposure}`)
})

const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True: print(s.recv(4096).decode(errors="replace").strip(), flush=True)
`

test('the server tells systemd when it is ready and when it stops', async ({ root }) => {
  const socket = join(root, 'notify')
  const receiver = spawn('python3', ['-c', listener, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  const messages = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]()
  const next = async (wanted: string) => {
    for (;;) {
      const { value, done } = await messages.next()
      if (done) throw new Error(`${wanted} was not sent`)
      if (value.includes(wanted)) return
    }
  }
  await next('listening')
  const env = { PATH: process.env.PATH ?? '', NOTIFY_SOCKET: socket, DATA_DIR: join(root, 'data') }
  const server = spawn(process.execPath, ['scripts/start.mjs'], {
    env: { ...env, PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.ok(await readUntilReady(server.stdout))
  await next('READY=1')
  server.kill('SIGTERM')
  await next('STOPPING=1')
  const [code] = await once(server, 'exit')
  assert.is(code, 0)
  receiver.kill()
})

test('the steps of the Dockerfile make an image that starts as another user, and its health check tells', async ({
  root,
}) => {
  /** The folders of each stage stand in for those of its image. The user "node" is "nobody" here. */
  const inside = (stage: string, text: string) =>
    text
      .replaceAll(/(?<![\w/.])\/(src|opt\/callout|data|usr\/local\/bin)\b/g, (path) => join(root, stage, path))
      .replaceAll('node:node', '65534:65534')
  const ignored = new Set((await readFile(join(here, 'Dockerfile.dockerignore'), 'utf8')).split('\n'))
  let [stage, folder, user] = ['', '/', 'root']
  const env: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: root, npm_config_loglevel: 'error' }
  const commands: Record<string, string> = {}

  for (const { name, rest } of readDockerfile(await readFile(join(here, 'Dockerfile'), 'utf8'))) {
    if (name === 'FROM') {
      const [, image = '', as = 'final'] = /^(\S+)(?: AS (\w+))?$/.exec(rest) ?? []
      assert.match(image, /^node:2[024]-/)
      ;[stage, folder] = [as, '/']
      execFileSync('mkdir', ['-p', join(root, stage, 'usr/local/bin'), join(root, stage, 'opt')])
    } else if (name === 'WORKDIR') {
      folder = rest
      execFileSync('mkdir', ['-p', inside(stage, folder)])
    } else if (name === 'COPY' && rest === '. .') {
      const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
        encoding: 'utf8',
      })
      for (const file of files.trim().split('\n')) {
        if (!ignored.has(file.split('/', 1)[0] ?? '')) await cp(file, join(inside(stage, folder), file))
      }
    } else if (name === 'COPY') {
      const [, from = '', source = '', target = ''] = /^--from=(\w+) (\S+) (\S+)$/.exec(rest) ?? []
      await cp(inside(from, source), inside(stage, target), { recursive: true, verbatimSymlinks: true })
    } else if (name === 'RUN') {
      execFileSync('sh', ['-ec', inside(stage, rest)], {
        cwd: inside(stage, folder),
        env,
        stdio: ['ignore', 'ignore', 2],
      })
    } else if (name === 'ENV') {
      for (const [, key = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) env[key] = inside(stage, value)
    } else if (name === 'HEALTHCHECK') {
      commands.health = rest.slice(rest.indexOf('CMD ') + 4)
    } else if (name === 'CMD') {
      commands.start = rest
    } else if (name === 'USER') {
      user = rest
    } else {
      assert.ok(['VOLUME', 'EXPOSE'].includes(name), `an unknown instruction: ${name}`)
    }
  }
  assert.is(user, 'node')

  const asUser = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
  const imageEnv = { ...env, PATH: `${join(root, stage, 'usr/local/bin')}:${env.PATH}` }
  const launch = (words: string[], more: Record<string, string>) => {
    const [program = '', ...args] = [...asUser, ...words]
    return spawn(program, args, {
      cwd: inside(stage, folder),
      env: { ...imageEnv, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
  const start = wordsOf(commands.start ?? '')

  const refused = launch(start, {})
  const told = String((await once(refused.stderr, 'data'))[0])
  assert.match(told, /JWT_SECRET: Required/)
  assert.is((await once(refused, 'close'))[0], 78)

  // HOST as in the image would be every address of this machine.
  const secret = { JWT_SECRET: 'a secret that only tests ever share', HOST: '127.0.0.1' }
  const server = launch(start, { ...secret, PORT: '0', MQTT_PORT: '0' })
  const app = await readUntilReady(server.stdout)
  if (!app) throw new Error('the image does not start')
  const health = async () => {
    const check = launch(wordsOf(commands.health ?? ''), { PORT: new URL(app.http).port })
    return (await once(check, 'exit'))[0]
  }
  assert.is(await health(), 0)
  assert.match(await (await fetch(`${app.http}/`)).text(), /<div id="app">/)
  const version = launch(['callout', '--version'], {})
  assert.match(String((await once(version.stdout, 'data'))[0]), /^\d+\.\d+\.\d+\n$/)
  server.kill('SIGTERM')
  assert.is((await once(server, 'exit'))[0], 0)
  assert.is(await health(), 1)
})

test('the compose file names what exists', async () => {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))'
  const yaml = await run('python3', ['-c', script, join(here, 'compose.yaml')])
  const compose = JSON.parse(yaml.stdout)
  assert.equal(Object.keys(compose.services), ['callout', 'mongo', 'redis'])
  const { build, environment, volumes } = compose.services.callout
  await readFile(resolve(here, build.context, build.dockerfile))
  const known = await readFile('.env.example', 'utf8')
  for (const key of Object.keys(environment)) assert.match(known, `\n${key}=`)
  for (const volume of volumes) assert.ok(volume.split(':')[0] in compose.volumes)
})

test.run()
