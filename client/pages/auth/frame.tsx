import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { LanguageSelect } from '../../components/language-select.tsx'
import { Logo } from '../../components/logo.tsx'

interface Props {
  title: string
  children: ComponentChildren
  /** The way to the other of the two pages. */
  other: ComponentChildren
}

/** The two pages anybody can open: what this is, in one line, and a form. */
export function AuthFrame({ title, children, other }: Props) {
  useEffect(() => {
    document.title = `${title} · Callout`
    return () => {
      document.title = 'Callout'
    }
  }, [title])
  return (
    <main class="mx-auto grid min-h-dvh w-full max-w-96 content-start gap-8 px-5 py-10 sm:content-center sm:pb-24">
      <header class="grid gap-3">
        <Logo size={40} />
        <p class="text-xl font-semibold tracking-tight">Callout</p>
        <p class="text-base text-soft">{t().auth.introduction}</p>
      </header>
      <section class="grid gap-5 border-t border-line pt-8" aria-labelledby="title">
        <h1 id="title" class="text-lg font-semibold">
          {title}
        </h1>
        {children}
      </section>
      <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p class="text-sm text-soft">{other}</p>
        <LanguageSelect />
      </div>
    </main>
  )
}

export const linkLook =
  'rounded-sm font-medium text-accent underline decoration-accent/40 underline-offset-4 hover:decoration-accent'
