import { cpus, release, totalmem } from 'node:os'

/** The machine, versions and time of the measurement. */
export const machine = () => ({
  at: new Date().toISOString(),
  node: process.version,
  system: `${process.platform} ${release()}`,
  processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
})
