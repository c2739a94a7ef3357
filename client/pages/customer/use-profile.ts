import { useCallback, useEffect, useState } from 'preact/hooks'
import { Profile } from '#shared/accounts.ts'
import { useWorkspace } from '../../components/workspace-context.ts'

/** The customer's profile; null until it is read, and when it cannot be: the address is then typed. */
export function useProfile() {
  const { api } = useWorkspace()
  const [profile, setProfile] = useState<Profile | null>(null)
  const read = useCallback(() => void api.get('/auth/profile', Profile).then(setProfile, () => {}), [api])
  useEffect(read, [read])
  return { profile, read }
}
