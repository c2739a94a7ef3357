import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { VendorModel } from '../../models/vendor/vendor.ts'

export const VendorContext = createContext<VendorModel | null>(null)

export function useVendor(): VendorModel {
  const model = useContext(VendorContext)
  if (!model) throw new Error('useVendor outside of the vendor’s pages')
  return model
}
