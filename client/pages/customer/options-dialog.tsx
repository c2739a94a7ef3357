import { useState } from 'preact/hooks'
import type { Service } from '#shared/catalogue.ts'
import { chosenOptions, optionProblems, priceOfOptions } from '#shared/choose-options.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { OptionGroups } from '../../components/option-groups.tsx'
import { money } from '../../models/ui/format.ts'

interface Props {
  service: Service
  /** The choices that are made already, by id. */
  chosen: readonly string[]
  /** The line is in the cart: the button saves instead of adding. */
  change?: boolean
  onChoose(choices: readonly string[]): void
  onClose(): void
}

/** The groups of options of a service, and its price with what is chosen. */
export default function OptionsDialog({ service, chosen, change = false, onChoose, onClose }: Props) {
  const groups = service.options ?? []
  const [choices, setChoices] = useState<readonly string[]>(chosen)
  const [tried, setTried] = useState(false)
  const problems = optionProblems(groups, choices)
  const price = service.price + priceOfOptions(chosenOptions(groups, choices))

  function submit(event: Event) {
    event.preventDefault()
    setTried(true)
    if (problems.length > 0) return
    onChoose(choices)
    onClose()
  }

  return (
    <Dialog title={service.name} onClose={onClose}>
      <form class="grid gap-5" onSubmit={submit}>
        <OptionGroups
          groups={groups}
          currency={service.currency}
          choices={choices}
          problems={tried ? problems : []}
          onChange={setChoices}
        />
        <Button type="submit" variant="primary" size="thumb">
          {change ? t().serviceOptions.save : t().serviceOptions.addFor(money(price, service.currency))}
        </Button>
      </form>
    </Dialog>
  )
}
