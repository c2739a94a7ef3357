import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { AdminModel } from '../../models/admin/admin.ts'

export const AdminContext = createContext<AdminModel | null>(null)

export function useAdmin(): AdminModel {
  const model = useContext(AdminContext)
  if (!model) throw new Error('useAdmin outside of the admin’s pages')
  return model
}
