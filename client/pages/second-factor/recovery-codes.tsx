import { Button } from '../../components/button.tsx'
import { t } from '../../i18n/index.ts'
import type { SecondFactor } from '../../models/session/second-factor.ts'

/** The recovery codes, which are shown once. */
export function RecoveryCodeList({ factor }: { factor: SecondFactor }) {
  const codes = factor.recoveryCodes.value
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(codes.join('\n'))}`
  return (
    <div class="grid gap-5">
      <p role="status" class="text-soft">
        {t().secondFactor.keepCodes}
      </p>
      <ul
        dir="ltr"
        class="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-2 rounded-md border border-line bg-surface p-4 font-mono select-text"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="flex flex-wrap items-center gap-x-5 gap-y-3">
        <Button variant="primary" onClick={factor.recoveryCodesStored}>
          {t().secondFactor.codesStored}
        </Button>
        <a
          href={file}
          download="callout-recovery-codes.txt"
          class="rounded-sm text-sm font-medium text-accent underline underline-offset-4"
        >
          {t().secondFactor.download}
        </a>
      </div>
    </div>
  )
}
