import { parseArgs } from 'node:util'
import { subjectNames, type SubjectName } from './subjects/names.ts'
import { measureNames, type MeasureName } from './measures/index.ts'
import type { Plan } from './measures/plan.ts'

export interface Options {
  plan: Plan
  only: readonly MeasureName[]
  rounds: number
  /** Most repetitions of a measurement in a round while CPU steal is too high. */
  repeats: number
  json: string | undefined
  plot: string | undefined
  /** A report written by --json, to be printed instead of measuring. */
  from: string | undefined
}

const usage = `npm run bench -- [--short] [--rounds 5] [--repeats 2] [--seconds 4] [--sizes 100,1000,5000]
  [--only ${measureNames.join(',')}]
  [--subjects ${subjectNames.join(',')}]
  [--json FILE] [--plot FILE.svg] [--from FILE]`

/** Parses the command line. Throws the usage text for an invalid option. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      repeats: { type: 'string' },
      seconds: { type: 'string' },
      sizes: { type: 'string' },
      only: { type: 'string' },
      subjects: { type: 'string' },
      json: { type: 'string' },
      plot: { type: 'string' },
      from: { type: 'string' },
    },
  })
  const { short } = values
  const only = namesIn(values.only, measureNames)
  const subjects: SubjectName[] = namesIn(values.subjects, subjectNames)
  const sizes = (values.sizes ?? (short ? '50' : '100,1000,5000')).split(',').map((size) => wholeNumber(size))
  const rounds = wholeNumber(values.rounds ?? (short ? '1' : '5'))
  const repeats = wholeNumber(values.repeats ?? (short ? '0' : '2'), 0)
  const seconds = Number(values.seconds ?? (short ? 0.3 : 4))
  if (!(seconds > 0)) throw new Error(usage)
  const { json, plot, from } = values
  return { plan: { subjects, sizes, seconds, short }, only, rounds, repeats, json, plot, from }
}

function namesIn<Name extends string>(list: string | undefined, allowed: readonly Name[]): Name[] {
  const requested = list?.split(',') ?? allowed
  const found = allowed.filter((name) => requested.includes(name))
  if (found.length !== requested.length) throw new Error(usage)
  return found
}

function wholeNumber(text: string, minimum = 1): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < minimum) throw new Error(usage)
  return value
}
