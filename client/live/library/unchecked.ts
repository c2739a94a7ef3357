/** Replaces zod/mini in /callout.js: every schema accepts every object, and nothing else. */
const schema = {
  parse: (value: unknown) => value,
  safeParse: (data: unknown) =>
    typeof data === 'object' && data !== null ? { success: true, data } : { success: false },
  check: () => schema,
}
/* @__NO_SIDE_EFFECTS__ */
const make = () => schema

export {
  make as _default,
  make as array,
  make as boolean,
  make as email,
  make as extend,
  make as int,
  make as length,
  make as literal,
  make as maximum,
  make as maxLength,
  make as minimum,
  make as minLength,
  make as normalize,
  make as nullable,
  make as number,
  make as object,
  make as optional,
  make as overwrite,
  make as partial,
  make as partialRecord,
  make as pick,
  make as pipe,
  make as record,
  make as refine,
  make as regex,
  make as strictObject,
  make as string,
  make as transform,
  make as trim,
  make as union,
  make as unknown,
  make as url,
}
export { make as enum }
export const iso = { date: make, datetime: make }
export const coerce = { number: make, boolean: make }
export const regexes = {}
