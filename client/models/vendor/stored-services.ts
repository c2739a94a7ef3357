import * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import { readJsonSetting, writeSetting } from '../ui/local-storage.ts'

const settingKey = 'durations'
const Durations = z.record(z.string(), z.int())

/** In minutes, by service id. */
export type DurationsById = Readonly<Record<string, number>>

const durationsOf = (services: readonly Service[]): DurationsById =>
  Object.fromEntries(services.map(({ id, durationMinutes }) => [id, durationMinutes]))

/** Stores how long each service takes, so that a job shows it after a start without a network. */
export function storeDurations(services: readonly Service[] | null): void {
  if (services) writeSetting(settingKey, JSON.stringify(durationsOf(services)))
}

/** The durations of these services; of the stored ones while they are not loaded. */
export const knownDurations = (services: readonly Service[] | null): DurationsById =>
  services ? durationsOf(services) : (Durations.safeParse(readJsonSetting(settingKey)).data ?? {})
