import { useEffect, useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { roles, type Role } from '#shared/actors.ts'
import type { VendorRating } from '#shared/order-outcome.ts'
import type { User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { AverageRating } from '../../components/stars.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createAreas, type Areas } from '../../models/admin/areas.ts'
import { createUsers, type Users } from '../../models/admin/users.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { Callers } from './callers.tsx'
import { EraseDialog } from './erase-dialog.tsx'
import { InviteDialog, ResetLinkDialog } from './invite-dialogs.tsx'
import { PendingInvitations } from './pending-invitations.tsx'
import { ResetSecondFactor } from './reset-second-factor.tsx'
import { ActiveDialog } from './user-dialogs.tsx'

const AbilitiesDialog = lazy(() => loadChunk(() => import('./abilities-dialog.tsx')))

type Show = Role | 'all'
type OpenDialog =
  | { kind: 'invite' }
  | { kind: 'reset' | 'active' | 'abilities'; user: User }
  | { kind: 'erase'; user: Pick<User, 'id' | 'name'>; isCaller?: true }

/** All accounts. */
export default function UsersPage() {
  useTitle(t().common.people)
  const { api } = useWorkspace()
  const [model] = useState(() => createUsers(api))
  const [areas] = useState(() => createAreas(api))
  useEffect(() => {
    void model.load()
    void model.loadRatings()
  }, [model])
  const haveAreas = model.users.value?.some((user) => user.areas) ?? false
  useEffect(() => {
    if (haveAreas) void areas.load()
  }, [areas, haveAreas])
  const [show, setShow] = useState<Show>('all')
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const close = () => setDialog(null)

  return (
    <main class="mx-auto w-full max-w-240 p-4 py-6">
      <div class="mb-5 flex flex-wrap items-center gap-3">
        <h1 class="me-auto text-lg font-semibold">{t().common.people}</h1>
        <Button variant="primary" icon="icon-[lucide--plus]" onClick={() => setDialog({ kind: 'invite' })}>
          {t().common.addPerson}
        </Button>
      </div>
      <div class="mb-4 sm:max-w-104">
        <Segmented<Show>
          label={t().admin.role}
          value={show}
          onChange={setShow}
          options={[
            { value: 'all', label: t().admin.all },
            ...roles.map((value) => ({ value, label: t().roles[value] })),
          ]}
        />
      </div>
      <PendingInvitations users={model} />
      <People model={model} areas={areas} show={show} onOpen={setDialog} />
      {show === 'customer' && (
        <Callers erased={model.erased.value} onErase={(user) => setDialog({ kind: 'erase', user, isCaller: true })} />
      )}
      {dialog?.kind === 'invite' && <InviteDialog users={model} onClose={close} />}
      {dialog?.kind === 'reset' && <ResetLinkDialog users={model} user={dialog.user} onClose={close} />}
      {dialog?.kind === 'active' && <ActiveDialog users={model} user={dialog.user} onClose={close} />}
      {dialog?.kind === 'abilities' && (
        <AbilitiesDialog users={model} areas={areas} user={dialog.user} onClose={close} />
      )}
      {dialog?.kind === 'erase' && (
        <EraseDialog users={model} user={dialog.user} isCaller={dialog.isCaller} onClose={close} />
      )}
    </main>
  )
}

interface PeopleProps {
  model: Users
  areas: Areas
  show: Show
  onOpen(dialog: OpenDialog): void
}

function People({ model, areas, show, onOpen }: PeopleProps) {
  const { users, error } = model
  useRetryWhenBack(error.value !== null, () => void model.load())
  if (error.value) return <Failed message={error.value} onRetry={() => void model.load()} />
  if (!users.value) return <Skeleton rows={5} class="h-16" />
  const shown = users.value.filter((user) => show === 'all' || user.role === show)
  if (shown.length === 0) {
    return (
      <Empty icon="icon-[lucide--users]" title={t().admin.nobodyHere}>
        {show === 'customer' ? t().admin.customersRegister : t().admin.addFirst}
      </Empty>
    )
  }
  return (
    <ul class="overflow-hidden rounded-md border border-line bg-surface">
      {shown.map((user) => (
        <PersonRow key={user.id} user={user} areas={areas} rating={model.ratings.value.get(user.id)} onOpen={onOpen} />
      ))}
    </ul>
  )
}

interface PersonRowProps {
  user: User
  areas: Areas
  rating: VendorRating | undefined
  onOpen(dialog: OpenDialog): void
}

function PersonRow({ user, areas, rating, onOpen }: PersonRowProps) {
  const { me } = useWorkspace()
  return (
    <li class="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 not-first:border-t not-first:border-line">
      <div class={`min-w-0 flex-1 max-lg:basis-full ${user.active ? '' : 'opacity-65'}`}>
        <p class="font-medium" dir="auto">
          {user.name}
        </p>
        <p class="text-sm text-soft">{user.email}</p>
        {rating && (
          <p class="text-sm text-soft">
            <AverageRating {...rating} />
          </p>
        )}
        <Abilities user={user} areas={areas} />
      </div>
      <p class="text-sm text-soft max-lg:flex-1 lg:w-32">
        {user.active ? t().roles[user.role] : t().admin.inactive(t().roles[user.role])}
      </p>
      {user.role === 'vendor' ? (
        <IconButton
          icon="icon-[lucide--wrench]"
          label={t().dispatch.abilitiesOf(user.name)}
          onClick={() => onOpen({ kind: 'abilities', user })}
        />
      ) : (
        <span class="size-11 max-lg:hidden" />
      )}
      {user.role !== 'customer' && user.id !== me.id ? (
        <ResetSecondFactor user={user} />
      ) : (
        <span class="size-11 max-lg:hidden" />
      )}
      {user.id !== me.id ? (
        <IconButton
          icon="icon-[lucide--user-x]"
          label={t().erasure.dataOf(user.name)}
          onClick={() => onOpen({ kind: 'erase', user })}
        />
      ) : (
        <span class="size-11 max-lg:hidden" />
      )}
      <div class="-mx-3 flex flex-wrap gap-1 max-sm:basis-full sm:w-68 sm:justify-end md:w-80">
        {user.id !== me.id && user.active && (
          <Button
            variant="quiet"
            size="sm"
            class={user.role === 'customer' ? 'sm:me-33' : ''}
            onClick={() => onOpen({ kind: 'reset', user })}
          >
            {t().invitations.resetLink}
          </Button>
        )}
        {user.id !== me.id && user.role !== 'customer' && (
          <Button variant="quiet" size="sm" class="sm:w-32" onClick={() => onOpen({ kind: 'active', user })}>
            {user.active ? t().admin.account.deactivate : t().admin.account.activate}
          </Button>
        )}
      </div>
    </li>
  )
}

/** The skills of a vendor, and the names of the areas. */
function Abilities({ user: { skills = [], areas: ids = [] }, areas }: { user: User; areas: Pick<Areas, 'all'> }) {
  const names = (areas.all.value ?? []).filter(({ id }) => ids.includes(id)).map(({ name }) => name)
  const facts = [
    { icon: 'icon-[lucide--wrench]', term: t().dispatch.skills, texts: skills },
    { icon: 'icon-[lucide--map-pinned]', term: t().dispatch.areas, texts: names },
  ].filter(({ texts }) => texts.length > 0)
  return (
    <dl class="flex flex-wrap gap-x-4 text-sm text-soft empty:hidden">
      {facts.map(({ icon, term, texts }) => (
        <div key={term} class="flex items-center gap-1.5">
          <dt>
            <span class={`${icon} block size-3.5`} aria-hidden="true" />
            <span class="sr-only">{term}</span>
          </dt>
          <dd dir="auto">{texts.join(', ')}</dd>
        </div>
      ))}
    </dl>
  )
}
