import { spawnSync } from 'node:child_process'
import type { ContestantName } from './names.ts'

const hasMosquitto = () => spawnSync('mosquitto', ['-h']).error === undefined

/** Those of them that this machine can run: all but what needs Mosquitto where there is none. */
export function installed(names: readonly ContestantName[]): ContestantName[] {
  const needsMosquitto = (name: ContestantName) => name.startsWith('mosquitto')
  if (!names.some(needsMosquitto) || hasMosquitto()) return [...names]
  return names.filter((name) => !needsMosquitto(name))
}
