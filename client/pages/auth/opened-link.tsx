import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { LinkDetails } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { ApiError, isTransient, messageOf } from '../../models/session/api-error.ts'
import { send } from '../../models/session/http.ts'
import { AuthFrame, linkClass } from './frame.tsx'

interface Props {
  title: string
  /** Where to get another link. */
  again: { href: string; label: string }
  children(link: LinkDetails & { token: string }): ComponentChildren
}

/** The token is in the fragment of the address, which no server and no Referer gets. */
const tokenOf = () => location.hash.slice(1)

/** The page of a link: who it is for, or that it was used already. */
export function OpenedLink({ title, again, children }: Props) {
  const [token] = useState(tokenOf)
  const [link, setLink] = useState<LinkDetails | null>(null)
  const [error, setError] = useState<unknown>(null)

  async function open() {
    setError(null)
    try {
      setLink(LinkDetails.parse(await send('/auth/link', { method: 'POST', body: { token } })))
    } catch (cause) {
      setError(cause)
    }
  }
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the token never changes
  useEffect(() => void open(), [token])

  return (
    <AuthFrame
      title={title}
      other={
        <a href="/sign-in" class={linkClass}>
          {t().recovery.backToSignIn}
        </a>
      }
    >
      {link ? (
        <>
          <p class="text-soft">
            <RichText
              text={t().recovery.hello}
              parts={{ name: <bdi>{link.name}</bdi>, email: <bdi>{link.email}</bdi> }}
            />
          </p>
          {children({ ...link, token })}
        </>
      ) : isTransient(error) ? (
        <Failed message={messageOf(error)} onRetry={() => void open()} />
      ) : error === null ? (
        <Skeleton rows={1} />
      ) : (
        <Unusable error={error} again={again} />
      )}
    </AuthFrame>
  )
}

/** An address without a token is refused as malformed, which a person need not know. */
function Unusable({ error, again }: { error: unknown } & Pick<Props, 'again'>) {
  const malformed = error instanceof ApiError && error.code === 'invalid_request'
  return (
    <div role="alert" class="grid gap-3 rounded-sm bg-danger-soft px-3 py-2.5 text-danger">
      <p>{malformed ? t().errors.invalid_link : messageOf(error)}</p>
      <a href={again.href} class="font-medium underline">
        {again.label}
      </a>
    </div>
  )
}
