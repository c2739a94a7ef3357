import { parseArgs } from 'node:util'
import { startApp } from '../../server/testing/app.ts'
import { fuzz, fuzzEnv } from './fuzz.ts'

// npm run fuzz -- --runs 10000 --seed 1: generated calls and publications against the API documents (README.md).

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } })
const runs = Number(values.runs ?? 10_000)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const app = await startApp({ env: fuzzEnv })
const startedAt = performance.now()
console.log(`${runs} runs with the seed ${seed}`)
let failure: unknown
try {
  const { problems, statuses, ...counted } = await fuzz(app, { runs, seed })
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1))
  console.log(`figures ${JSON.stringify({ ...counted, statuses, seconds })}`)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) failure = new Error(`${problems.length} problems`)
} catch (error) {
  failure = error
}
// Rejects when a reply was not as its route says.
await app.stop().catch((error: unknown) => (failure ??= error))
if (failure) console.error(failure instanceof Error ? failure.message : failure)
process.exit(failure ? 1 : 0)
