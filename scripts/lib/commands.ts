export interface Command {
  summary: string
  /** Its options, as `callout NAME --help` prints them. */
  usage: string
  /** Arguments that go before those of the command line. */
  args?: readonly string[]
  /** The module of the npm script with the same name. It reads `process.argv`. */
  run: () => Promise<unknown>
}

const userOptions = '[--email ADDRESS] [--name NAME] [--password PASSWORD]'

/** The commands of an installation. */
export const commands: Readonly<Record<string, Command>> = {
  start: {
    summary: 'Runs the server, until SIGTERM or Ctrl-C.',
    usage: '',
    run: () => import('../../server/main.ts'),
  },
  'create-admin': {
    summary: 'Makes an admin account; asks for what the options do not give.',
    usage: userOptions,
    args: ['admin'],
    run: () => import('../create-user.ts'),
  },
  'create-vendor': {
    summary: 'Makes a vendor account.',
    usage: userOptions,
    args: ['vendor'],
    run: () => import('../create-user.ts'),
  },
  token: {
    summary: 'Prints a token, of a user or for a program.',
    usage: '--email ADDRESS [--hours 12] | --scope dashboard|integration --name NAME [--without-contact] [--days 90]',
    run: () => import('../token.ts'),
  },
  backup: {
    summary: 'Copies the embedded database into one file, also while the server runs.',
    usage: 'FILE',
    run: () => import('../backup.ts'),
  },
  restore: {
    summary: 'Makes the embedded database in an empty DATA_DIR from a backup.',
    usage: 'FILE',
    run: () => import('../restore.ts'),
  },
  'migrate-data': {
    summary: 'Copies all records between the embedded database and MongoDB.',
    usage: '--to mongo|embedded',
    run: () => import('../migrate/main.ts'),
  },
  'change-currency': {
    summary: 'Converts the prices of the catalogue to CURRENCY.',
    usage: '--from USD --rate 0.92',
    run: () => import('../change-currency.ts'),
  },
}
