/**
 * The parts in which the build cuts the texts of a language (build/text-parts.ts). A role has two: the texts of the pages
 * that come first, and those of what is imported lazily. So has the start: `start-later` are the pages of links in e-mails.
 */
export const parts = [
  'start',
  'start-later',
  'customer',
  'customer-later',
  'vendor',
  'vendor-later',
  'admin',
  'admin-later',
] as const

export type Part = (typeof parts)[number]
