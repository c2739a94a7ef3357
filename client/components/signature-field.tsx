import type { Signal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import SignaturePad from 'signature_pad'
import { t } from '../i18n/index.ts'
import type { FileDraft } from '../models/files/held-files.ts'
import { randomKey } from '../models/session/random-key.ts'
import { Button } from './button.tsx'

interface Props {
  error?: string
  drafts: Signal<readonly FileDraft[]>
  onChange?(): void
}

/** A signature by finger, pen or mouse: dark on white in every theme, as it is sent. */
export default function SignatureField({ error, drafts, onChange }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const pad = useRef<SignaturePad | null>(null)
  const id = useId()

  useEffect(() => {
    const area = canvas.current
    if (!area) return
    const signature = new SignaturePad(area, { backgroundColor: '#fff', penColor: '#111' })
    pad.current = signature
    function fit() {
      if (!area) return
      const strokes = signature.toData()
      const ratio = Math.max(1, devicePixelRatio)
      area.width = area.offsetWidth * ratio
      area.height = area.offsetHeight * ratio
      area.getContext('2d')?.scale(ratio, ratio)
      signature.clear()
      signature.fromData(strokes)
    }
    function take() {
      area?.toBlob((blob) => {
        if (!blob || signature.isEmpty()) return
        drafts.value = [{ id: randomKey(), kind: 'signature', name: 'signature', blob }]
        onChange?.()
      }, 'image/png')
      // The dialog knows that something was entered.
      area?.dispatchEvent(new Event('input', { bubbles: true }))
    }
    fit()
    signature.addEventListener('endStroke', take)
    addEventListener('resize', fit)
    return () => {
      removeEventListener('resize', fit)
      signature.off()
      // The strokes are gone with the field.
      drafts.value = []
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it appears
  }, [])

  function clear() {
    pad.current?.clear()
    drafts.value = []
  }

  return (
    <div class="grid gap-1.5" role="group" aria-labelledby={`${id}-label`}>
      <p id={`${id}-label`} class="text-sm font-medium">
        {t().proof.signature}
      </p>
      <canvas
        ref={canvas}
        data-signature
        tabIndex={-1}
        class={`h-[10rem] w-full touch-none rounded-sm border bg-[#fff] ${error ? 'border-danger' : 'border-edge/70'}`}
      />
      <div class="flex items-center justify-between gap-4">
        <p class="text-xs text-soft">{t().proof.signatureHelp}</p>
        <Button size="sm" variant="quiet" disabled={drafts.value.length === 0} onClick={clear}>
          {t().proof.clear}
        </Button>
      </div>
      {error && (
        <p role="alert" class="flex gap-1.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {error}
        </p>
      )}
    </div>
  )
}
