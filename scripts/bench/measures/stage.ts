import type { ProgramName } from '../subjects/names.ts'
import { startSubject, type RunningSubject } from '../subjects/process.ts'
import { startLoad, type Load } from '../load/process.ts'

/** Runs `act` with a contestant and a load generator that are new, and ends both, however it goes. */
export async function withSubjects<T>(
  name: ProgramName,
  qos: 0 | 1,
  act: (stage: { contestant: RunningSubject; load: Load }) => Promise<T>,
): Promise<T> {
  const load = await startLoad()
  try {
    const contestant = await startSubject(name, { qos })
    try {
      return await act({ contestant, load })
    } finally {
      load.end()
      await contestant.stop()
    }
  } finally {
    load.end()
  }
}
