import { spawnSync } from 'node:child_process'
import type { SubjectName } from './names.ts'

const hasMosquitto = () => spawnSync('mosquitto', ['-h']).error === undefined

/** Those of them that this machine can run: all but what needs Mosquitto where there is none. */
export function installed(names: readonly SubjectName[]): SubjectName[] {
  const needsMosquitto = (name: SubjectName) => name.startsWith('mosquitto')
  if (!names.some(needsMosquitto) || hasMosquitto()) return [...names]
  return names.filter((name) => !needsMosquitto(name))
}
