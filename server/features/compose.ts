import { DomainError } from '../lib/errors.ts'
import { noDevices } from '../auth/device-registry.ts'
import type { AttachFiles, BackupFolder, Core, Feature, FeatureModule, RemovedOrder } from './feature.ts'
import * as listed from './index.ts'

const modules: readonly FeatureModule[] = Object.values(listed)

/** What the listed features store, besides the core's records. */
export const featureRecords = modules.flatMap(({ records }) => records ?? [])

/** Removes the features' secrets from a line of the log. */
export const redactSecrets = (line: string): string =>
  modules.reduce((redacted, { redact }) => redact?.(redacted) ?? redacted, line)

const noFiles: AttachFiles = () => Promise.reject(new DomainError('unknown_file'))

/** Creates every listed feature and collects what they add. */
export function createFeatures(core: Omit<Core, 'personalData' | 'ordersRemoved' | 'backUpBeside'>) {
  const personalData = () => features.flatMap((feature) => feature.personalData ?? [])
  async function ordersRemoved(orders: readonly RemovedOrder[]): Promise<void> {
    for (const feature of features) await feature.ordersRemoved?.(orders)
    await core.discardOutdated(new Set(orders.map(({ id }) => id)))
  }
  async function backUpBeside(backups: BackupFolder): Promise<void> {
    for (const feature of features) await feature.backUpBeside?.(backups)
  }
  const features: ({ name: string } & Feature)[] = modules.map(({ name, create }) => ({
    name,
    ...create({ ...core, personalData, ordersRemoved, backUpBeside }),
  }))
  return {
    routes: features.flatMap(({ routes }) => routes ?? []),
    pages: Object.assign({}, ...features.map(({ pages }) => pages)),
    files: features.flatMap(({ files }) => files ?? []),
    topics: features.flatMap(({ topics }) => topics ?? []),
    tokens: features.flatMap(({ tokens }) => tokens ?? []),
    audits: features.flatMap(({ audit }) => audit ?? []),
    orderChecks: features.flatMap(({ orderCheck }) => orderCheck ?? []),
    registered: features.flatMap(({ registered }) => registered ?? []),
    accessChecks: features.flatMap(({ accessCheck }) => accessCheck ?? []),
    devices: features.find(({ devices }) => devices)?.devices ?? noDevices,
    completionChecks: features.flatMap(({ completionCheck }) => completionCheck ?? []),
    attachFiles: features.find(({ attachFiles }) => attachFiles)?.attachFiles ?? noFiles,
    languageOf: features.find(({ languageOf }) => languageOf)?.languageOf ?? (async () => null),
    lastPositions: features.find(({ lastPositions }) => lastPositions)?.lastPositions ?? (async () => new Map()),
    trackingUrl: features.find(({ trackingUrl }) => trackingUrl)?.trackingUrl ?? (async () => null),
    vendorRatings: features.find(({ vendorRatings }) => vendorRatings)?.vendorRatings ?? (async () => new Map()),
    reasonText: features.find(({ reasonText }) => reasonText)?.reasonText ?? (async () => null),
    health: (): object => Object.assign({}, ...features.map(({ health }) => health?.())),
    /** The server starts and stops these with itself. */
    parts: features.map(({ name, start, stop }) => ({ name: `feature ${name}`, start, stop })),
  }
}
