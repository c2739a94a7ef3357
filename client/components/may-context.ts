import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { TrackingSettings } from '#shared/tracking.ts'

/** What the person may do with an order besides what its status decides: the holder of a tracking link not everything. */
export const MayContext = createContext<TrackingSettings>({ change: true, cancel: true, message: true, rate: true })

export const useMay = (): TrackingSettings => useContext(MayContext)
