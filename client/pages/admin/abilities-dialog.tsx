import { useEffect, useState } from 'preact/hooks'
import { ChangeUser } from '#shared/user-input.ts'
import type { User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Skeleton } from '../../components/list-states.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { TagsField } from '../../components/tags-field.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Areas } from '../../models/admin/areas.ts'
import type { Users } from '../../models/admin/users.ts'
import { createForm, type Form as FormState } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { tagsIn, tagsText } from '../../models/ui/tags.ts'

interface Props {
  users: Users
  areas: Areas
  user: User
  onClose(): void
}

/** What a vendor can do, and where. */
export default function AbilitiesDialog({ users, areas, user, onClose }: Props) {
  const { me, catalogue } = useWorkspace()
  const [form] = useState(() =>
    createForm(
      { skills: tagsText(user.skills), areas: tagsText(user.areas) },
      { draft: `${me.id}.abilities.${user.id}` },
    ),
  )
  useEffect(() => {
    void areas.load()
    if (catalogue.services.peek() === null) void catalogue.load()
  }, [areas, catalogue])
  const known = [
    ...(catalogue.services.value ?? []).flatMap(({ skills }) => skills ?? []),
    ...(users.users.value ?? []).flatMap(({ skills }) => skills ?? []),
  ]

  async function submit() {
    const { skills, areas: chosen } = form.values.value
    // An area that was removed meanwhile is not sent.
    const exists = (id: string) => areas.all.value?.some((area) => area.id === id) ?? true
    const body = { skills: tagsIn(skills), areas: tagsIn(chosen).filter(exists) }
    await form.submit(ChangeUser, body, async (change) => {
      await users.change(user.id, change)
      showNotice(t().dispatch.abilitiesSaved(user.name))
      onClose()
    })
  }

  return (
    <Dialog title={t().dispatch.abilitiesOf(user.name)} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <TagsField
          form={form}
          name="skills"
          label={t().dispatch.skills}
          help={t().dispatch.vendorSkillsHelp}
          known={known}
          maxLength={40}
        />
        <AreasChoice form={form} areas={areas} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {t().admin.save}
        </Button>
      </Form>
    </Dialog>
  )
}

function AreasChoice({
  form,
  areas,
}: {
  form: Pick<FormState<'areas'>, 'values' | 'change'>
  areas: Pick<Areas, 'all' | 'error'>
}) {
  const chosen = tagsIn(form.values.value.areas)
  const toggle = (id: string) =>
    form.change('areas', tagsText(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]))
  const all = areas.all.value
  const link = (
    <a href="/areas" class="font-medium text-accent underline underline-offset-4">
      {t().dispatch.areas}
    </a>
  )
  return (
    <fieldset class="grid gap-2">
      <legend class="mb-1.5 text-sm font-medium">{t().dispatch.areas}</legend>
      {areas.error.value && <p class="text-sm text-danger">{areas.error.value}</p>}
      {!all && !areas.error.value && <Skeleton rows={1} class="h-11" />}
      {all?.length === 0 && (
        <p class="text-sm text-soft">
          <RichText text={t().dispatch.noAreasYet} parts={{ link }} />
        </p>
      )}
      {all && all.length > 0 && (
        <>
          <div class="-mx-2 grid max-h-60 overflow-y-auto">
            {all.map(({ id, name }) => (
              <label key={id} class="hit flex items-center gap-3 rounded-sm px-2 text-sm hover:bg-sunken">
                <input
                  type="checkbox"
                  checked={chosen.includes(id)}
                  onChange={() => toggle(id)}
                  class="size-4 shrink-0"
                />
                <span dir="auto">{name}</span>
              </label>
            ))}
          </div>
          <p class="text-xs text-soft">{t().dispatch.vendorAreasHelp}</p>
        </>
      )}
    </fieldset>
  )
}
