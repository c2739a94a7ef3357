import type { Role } from '#shared/actors.ts'

export type RegistrationMode = 'open' | 'invite' | 'closed'

/** What an admin has entered about a person who has no account yet. */
export interface Invited {
  name: string
  role: Role
  /** Of a customer without an account: the account gets it. */
  id?: string
  /** To be called once the account is made. */
  accepted(): Promise<void>
}

type FindInvitation = (email: string) => Promise<Invited | null>

export type Registration = ReturnType<typeof createRegistration>

/** Who may get an account without an admin making it (REGISTRATION), by password or through a provider. */
export function createRegistration(mode: RegistrationMode) {
  let find: FindInvitation = async () => null
  return {
    /** Whether a person whom no admin knows may become a customer. */
    isOpen: mode === 'open',
    /** Whether admins may invite customers; they may always invite staff. */
    invitesCustomers: mode !== 'closed',
    /** For the feature that keeps invitations. */
    findInvitationsBy(given: FindInvitation): void {
      find = given
    },
    /** The invitation of this address that is still open. */
    invitationOf: (email: string): Promise<Invited | null> => find(email),
  }
}
