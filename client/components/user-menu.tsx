import { useId } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import type { User } from '#shared/users.ts'
import { version } from '../../package.json'
import { t } from '../i18n/index.ts'
import { initials } from '../models/ui/format.ts'
import { signOut, user as current } from '../models/session/session.ts'
import { theme, themes, type Theme } from '../models/ui/theme.ts'
import { Button } from './button.tsx'
import { LanguageSelect } from './language-select.tsx'
import { Segmented } from './segmented.tsx'

/** The menu of the signed-in person: account, theme, language, sign-out. `children`: entries of the role. */
export function UserMenu({ user: signedIn, children }: { user: User; children?: ComponentChildren }) {
  // The person may have changed their name since the sign-in.
  const user = current.value?.id === signedIn.id ? current.value : signedIn
  const id = useId()
  return (
    <>
      <button
        type="button"
        popovertarget={id}
        class="-me-1.5 grid min-h-11 min-w-11 shrink-0 place-items-center rounded-full [anchor-name:--account]"
      >
        <span class="sr-only">{t().components.accountOf(user.name)}</span>
        <span
          aria-hidden="true"
          class="grid size-[2rem] place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
        >
          {initials(user.name)}
        </span>
      </button>
      <div
        id={id}
        popover="auto"
        // A link leads to another page of the same document, on which the menu would stay open.
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('a')) event.currentTarget.hidePopover()
        }}
        class="fixed start-auto end-3 top-14 bottom-auto w-[min(18rem,100vw-1.5rem)] supports-[right:anchor(right)]:end-[anchor(--account_end,0.75rem)] gap-4 rounded-md border border-line bg-surface p-4 shadow-float open:grid open:animate-appear"
      >
        <div class="min-w-0">
          <p class="font-semibold" dir="auto">
            {user.name}
          </p>
          <p class="text-sm text-soft">{user.email}</p>
          <p class="text-sm text-soft">{t().roles[user.role]}</p>
        </div>
        <Segmented<Theme>
          label={t().components.theme}
          value={theme.value}
          options={themes.map((value) => ({ value, label: t().components.themes[value] }))}
          onChange={(next) => (theme.value = next)}
        />
        <LanguageSelect />
        {children}
        <a href="/account" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
          <span class="icon-[lucide--user] size-4 text-soft" aria-hidden="true" />
          {t().account.title}
        </a>
        {user.role !== 'customer' && (
          <a href="/second-factor" class="hit -mx-2 flex items-center gap-2 rounded-sm px-2 text-sm hover:bg-sunken">
            <span class="icon-[lucide--shield-check] size-4 text-soft" aria-hidden="true" />
            {t().secondFactor.title}
          </a>
        )}
        <Button icon="icon-[lucide--log-out]" onClick={() => void signOut()}>
          {t().components.signOut}
        </Button>
        <p class="text-xs text-soft">{t().account.version(version)}</p>
      </div>
    </>
  )
}
