import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'

const colours = ['bg-danger', 'bg-danger', 'bg-edge', 'bg-accent', 'bg-accent'] as const

interface Props {
  password: string
  /** What others know of the account. */
  about: readonly string[]
}

/** How easily a new password is guessed. The lists of common passwords are loaded with the first letter. */
export default function StrengthMeter({ password, about }: Props) {
  const [score, setScore] = useState<number | null>(null)
  const known = about.join('\n')
  useEffect(() => {
    if (password === '') return setScore(null)
    let latest = true
    // Without a network there is no meter; the server checks in any case.
    import('../models/ui/password-strength.ts')
      .then(({ scoreOf }) => latest && setScore(scoreOf(password, known.split('\n').filter(Boolean))))
      .catch(() => {})
    return () => void (latest = false)
  }, [password, known])
  if (score === null) return null
  const text = t().strength.level(score)
  return (
    <div class="-mt-3 grid gap-1">
      <div
        role="meter"
        aria-label={t().strength.label}
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={score}
        aria-valuetext={text}
        class="flex gap-1"
      >
        {colours.slice(1).map((_, index) => (
          <span
            key={index}
            class={`h-1 flex-1 rounded-full ${index < Math.max(score, 1) ? colours[score] : 'bg-sunken'}`}
          />
        ))}
      </div>
      <p class="text-xs text-soft">{text}</p>
    </div>
  )
}
