import { parseArgs } from 'node:util'
import { subjectNames, type SubjectName } from './subjects/names.ts'
import { measureNames, type MeasureName } from './measures/index.ts'
import type { Plan } from './measures/plan.ts'

export interface Options {
  plan: Plan
  only: readonly MeasureName[]
  rounds: number
  /** How often at most something is measured once more in a round, when others took the processors meanwhile. */
  again: number
  json: string | undefined
  plot: string | undefined
  /** What was kept before, to be shown again instead of measuring. */
  from: string | undefined
}

const usage = `npm run bench -- [--short] [--rounds 5] [--again 2] [--seconds 4] [--sizes 100,1000,5000]
  [--only ${measureNames.join(',')}]
  [--contestants ${subjectNames.join(',')}]
  [--json FILE] [--plot FILE.svg] [--from FILE]`

/** What was asked for on the command line. Throws with how to ask for what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      again: { type: 'string' },
      seconds: { type: 'string' },
      sizes: { type: 'string' },
      only: { type: 'string' },
      contestants: { type: 'string' },
      json: { type: 'string' },
      plot: { type: 'string' },
      from: { type: 'string' },
    },
  })
  const { short } = values
  const only = namesIn(values.only, measureNames)
  const contestants: SubjectName[] = namesIn(values.contestants, subjectNames)
  const sizes = (values.sizes ?? (short ? '50' : '100,1000,5000')).split(',').map((size) => wholeNumber(size))
  const rounds = wholeNumber(values.rounds ?? (short ? '1' : '5'))
  const again = wholeNumber(values.again ?? (short ? '0' : '2'), 0)
  const seconds = Number(values.seconds ?? (short ? 0.3 : 4))
  if (!(seconds > 0)) throw new Error(usage)
  const { json, plot, from } = values
  return { plan: { contestants, sizes, seconds, short }, only, rounds, again, json, plot, from }
}

function namesIn<Name extends string>(list: string | undefined, known: readonly Name[]): Name[] {
  const asked = list?.split(',') ?? known
  const found = known.filter((name) => asked.includes(name))
  if (found.length !== asked.length) throw new Error(usage)
  return found
}

function wholeNumber(text: string, least = 1): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least) throw new Error(usage)
  return value
}
