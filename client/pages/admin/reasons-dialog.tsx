import { useState } from 'preact/hooks'
import { ChangeReasons, Reasons, type Reason, type ReasonListName } from '#shared/reasons.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { draftsOf, reasonsOf, withNew, type ReasonDraft } from '../../models/admin/reason-drafts.ts'
import { standardReasons } from '../../models/orders/labels.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { ReasonRows } from './reason-rows.tsx'

interface Props {
  name: ReasonListName
  /** null: the standard reasons. */
  list: readonly Reason[] | null
  onSaved(lists: Reasons): void
  onClose(): void
}

/** One list of reasons, which begins with the standard ones. */
export default function ReasonsDialog({ name, list, onSaved, onClose }: Props) {
  const { api } = useWorkspace()
  const [form] = useState(() => createForm({}))
  const [drafts, setDrafts] = useState<readonly ReasonDraft[]>(() => draftsOf(list ?? standardReasons(name)))

  const save = (change: readonly Reason[] | null) =>
    form.submit(ChangeReasons, { [name]: change }, async (input) => {
      onSaved(await api.put('/reasons', Reasons, input))
      showNotice(t().reasonLists.saved)
      onClose()
    })

  async function submit() {
    const reasons = reasonsOf(drafts)
    if (typeof reasons === 'function') form.fail({}, reasons)
    else await save(reasons)
  }

  return (
    <Dialog title={t().reasonLists.lists[name]} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <ReasonRows
          drafts={drafts}
          onChange={(next) => {
            form.fail({})
            setDrafts(next)
          }}
        />
        <Button
          size="sm"
          icon="icon-[lucide--plus]"
          class="min-h-11 justify-self-start"
          disabled={drafts.length >= 20}
          onClick={() => setDrafts(withNew(drafts))}
        >
          {t().reasonLists.add}
        </Button>
        <p class="text-xs text-soft">
          {t().reasonLists.codeHelp} {t().reasonLists.orderHelp}
        </p>
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {t().admin.save}
        </Button>
        {list && (
          <Button variant="quiet" class="min-h-11" disabled={form.sending.value} onClick={() => void save(null)}>
            {t().reasonLists.useStandard}
          </Button>
        )}
      </Form>
    </Dialog>
  )
}
