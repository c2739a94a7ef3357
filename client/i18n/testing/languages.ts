import { readdirSync } from 'node:fs'

/** Tags of the languages that have a file. Without Vite, `languages` of ../index.ts has English only. */
export const languages = readdirSync('client/i18n').flatMap((name) => /^([a-z]{2}(?:-\w+)?)\.ts$/.exec(name)?.[1] ?? [])
