import { spawnSync } from 'node:child_process'
import type { SubjectName } from './names.ts'

const hasMosquitto = () => spawnSync('mosquitto', ['-h']).error === undefined

/** The subjects that this machine can run: without Mosquitto, those that need it are removed. */
export function installed(names: readonly SubjectName[]): SubjectName[] {
  const needsMosquitto = (name: SubjectName) => name.startsWith('mosquitto')
  if (!names.some(needsMosquitto) || hasMosquitto()) return [...names]
  return names.filter((name) => !needsMosquitto(name))
}
