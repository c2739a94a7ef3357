import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Small files that belong to the database, by name: the secret that its tokens are signed with. */
export type BesideFiles = Readonly<Record<string, string>>

/** The files in DATA_DIR that belong to the database. */
export const secretFiles = ['jwt-secret', 'demo-passwords.json']

/** Those that exist in the folder, with their content. */
export function readSecretFiles(folder: string): BesideFiles {
  const present = secretFiles.filter((name) => existsSync(join(folder, name)))
  return Object.fromEntries(present.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
