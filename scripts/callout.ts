#!/usr/bin/env node
import './lib/node-version.mjs'
import { version } from '../package.json'
import { commands } from './lib/commands.ts'

// callout COMMAND …: the one command of an installation (scripts/release.ts); built to dist/server/callout.js.

const [name = '--help', ...rest] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined

if (command && rest.some((one) => one === '--help' || one === '-h')) {
  console.log(`callout ${[name, command.usage].join(' ').trim()}\n  ${command.summary}`)
} else if (command) {
  // The modules read their own arguments, as they do under npm run.
  process.argv.splice(2, 1, ...(command.args ?? []))
  process.env.NODE_ENV ??= 'production'
  await command.run()
} else if (name === '--version' || name === '-v') {
  console.log(version)
} else if (name === '--help' || name === '-h' || name === 'help') {
  console.log(overview())
} else {
  console.error(`callout: there is no command "${name}". The commands are ${Object.keys(commands).join(', ')}.`)
  process.exitCode = 1
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((one) => one.length))
  const rows = Object.entries(commands).map(([one, { summary }]) => `  ${one.padEnd(width)}  ${summary}`)
  return [
    `Callout ${version}. Usage: callout COMMAND [options]`,
    '',
    ...rows,
    '',
    'callout COMMAND --help lists the options of a command. Settings come from the environment and from the file .env in the',
    'working directory; .env.example names them all. Exit codes: 0, 78 for a bad configuration, 1 for any other error.',
  ].join('\n')
}
