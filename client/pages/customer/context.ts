import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { CustomerModel } from '../../models/customer/customer.ts'

export const CustomerContext = createContext<CustomerModel | null>(null)

export function useCustomer(): CustomerModel {
  const model = useContext(CustomerContext)
  if (!model) throw new Error('useCustomer outside of the customer’s pages')
  return model
}
