import type { FeatureSettings } from '../feature.ts'
import { createDiskStorage } from './disk-storage.ts'
import { createS3Storage } from './s3-storage.ts'
import type { FileStorage } from './storage.ts'

export type StorageSettings = Pick<FeatureSettings, 'filesFolder' | 'filesBucket'>

/** The storage that is configured. */
export const createStorage = ({ filesFolder, filesBucket }: StorageSettings): FileStorage =>
  filesBucket ? createS3Storage(filesBucket) : createDiskStorage(filesFolder)

/** Where it is, without the credentials. */
export const nameOfStorage = ({ filesFolder, filesBucket }: StorageSettings): string => filesBucket?.url ?? filesFolder
