/** The packages that the build puts into dist/server (server/vite.config.ts): large ones of which it uses little, and prompts. */
export const bundled = [
  '@clack/core',
  '@clack/prompts',
  '@noble/hashes',
  '@zxcvbn-ts/core',
  '@zxcvbn-ts/dictionary-compression',
  '@zxcvbn-ts/language-common',
  'fast-string-truncated-width',
  'fast-string-width',
  'fast-wrap-ansi',
  'fastest-levenshtein',
  'libphonenumber-js',
  'nodemailer',
  'otpauth',
  'sisteransi',
  'stripe',
  'zod',
]
