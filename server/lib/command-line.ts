import { basename } from 'node:path'

const isInstallation = /^callout(\.js)?$/.test(basename(process.argv[1] ?? ''))

/** How a person types a command here: with `callout` in an installation, which that program started, else with npm. */
export const commandLine = (command: string, options = ''): string =>
  [isInstallation ? `callout ${command}` : `npm run -s ${command}`, options]
    .filter(Boolean)
    .join(isInstallation ? ' ' : ' -- ')
