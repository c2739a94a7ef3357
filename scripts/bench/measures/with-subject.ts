import type { ProgramName } from '../subjects/names.ts'
import { startSubject, type RunningSubject } from '../subjects/process.ts'
import { startLoad, type Load } from '../load/process.ts'

/** Runs `act` with a new subject and a new load generator, and stops both in any case. */
export async function withSubject<T>(
  name: ProgramName,
  qos: 0 | 1,
  act: (processes: { subject: RunningSubject; load: Load }) => Promise<T>,
): Promise<T> {
  const load = await startLoad()
  try {
    const subject = await startSubject(name, { qos })
    try {
      return await act({ subject, load })
    } finally {
      load.end()
      await subject.stop()
    }
  } finally {
    load.end()
  }
}
