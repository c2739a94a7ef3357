import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'

interface Props {
  text: string
  /** With a `line-clamp-*` class. */
  class: string
}

/** A text that is cut off after some lines, with a button that shows the rest where there is more. */
export function LongText({ text, class: extra }: Props) {
  const element = useRef<HTMLParagraphElement>(null)
  const [open, setOpen] = useState(false)
  const [cut, setCut] = useState(false)
  const measure = () => {
    const shown = element.current
    if (shown && !open) setCut(shown.scrollHeight > shown.clientHeight + 1)
  }
  useLayoutEffect(measure, [text, open])
  useEffect(() => {
    addEventListener('resize', measure)
    return () => removeEventListener('resize', measure)
  })
  return (
    <div>
      <p ref={element} class={open ? extra.replace(/\bline-clamp-\d+/, '') : extra} dir="auto">
        {text}
      </p>
      {cut && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          class="hit rounded-sm text-sm font-medium text-accent hover:text-accent-strong print:hidden"
        >
          {open ? t().components.showLess : t().components.showAll}
        </button>
      )}
    </div>
  )
}
