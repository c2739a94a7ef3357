import { useState } from 'preact/hooks'
import { CreateArea, type Area } from '#shared/areas.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FieldFrame, FormProblem, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { PlaceMap } from '../../components/map.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { TagsField } from '../../components/tags-field.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Areas } from '../../models/admin/areas.ts'
import { polygonText, readPolygon } from '../../models/admin/polygon.ts'
import { createForm, type Form as FormState } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { tagsIn, tagsText } from '../../models/ui/tags.ts'

interface Props {
  areas: Areas
  /** null: a new one. */
  area: Area | null
  onClose(): void
}

/** An area: its name, the postcodes in it, and its boundary. */
export default function AreaDialog({ areas, area, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() =>
    createForm(
      { name: area?.name ?? '', postcodes: tagsText(area?.postcodes), polygon: polygonText(area?.polygon) },
      { draft: `${me.id}.area.${area?.id ?? 'new'}` },
    ),
  )
  const [removing, setRemoving] = useState(false)

  async function submit() {
    const { name, postcodes, polygon: text } = form.values.value
    const polygon = readPolygon(text)
    const body = {
      name,
      ...((postcodes || area?.postcodes) && { postcodes: tagsIn(postcodes) }),
    }
    const own = typeof polygon === 'string' ? { polygon: () => t().dispatch.polygonProblems[polygon] } : {}
    const ring = typeof polygon === 'string' || (polygon.length === 0 && !area?.polygon) ? {} : { polygon }
    await form.submit(
      CreateArea,
      body,
      async (input) => {
        await (area ? areas.change(area.id, { ...input, ...ring }) : areas.create({ ...input, ...ring }))
        showNotice(area ? t().dispatch.areaSaved : t().dispatch.areaAdded(input.name))
        onClose()
      },
      own,
    )
  }

  async function remove(known: Area) {
    await areas.remove(known.id)
    form.reset()
    showNotice(t().dispatch.areaRemoved(known.name))
    onClose()
  }

  return (
    <Dialog title={area ? t().dispatch.editArea : t().dispatch.addArea} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <TextField form={form} name="name" label={t().dispatch.areaName} help={t().dispatch.areaNameHelp} />
        <TagsField
          form={form}
          name="postcodes"
          label={t().dispatch.postcodes}
          help={t().dispatch.postcodesHelp}
          maxLength={12}
        />
        <PolygonField form={form} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {area ? t().admin.save : t().common.add}
        </Button>
        {area && (
          <Button variant="quiet" icon="icon-[lucide--trash-2]" class="min-h-11" onClick={() => setRemoving(true)}>
            {t().dispatch.removeArea}
          </Button>
        )}
      </Form>
      {area && removing && (
        <ConfirmDialog
          title={t().dispatch.removeAreaQuestion}
          button={t().dispatch.removeArea}
          variant="danger"
          onConfirm={() => remove(area)}
          onClose={() => setRemoving(false)}
        >
          <RichText text={t().dispatch.removeAreaHelp} parts={{ name: <bdi>{area.name}</bdi> }} />
        </ConfirmDialog>
      )}
    </Dialog>
  )
}

/** The boundary as text, and on the map once it can be read. */
function PolygonField({ form }: { form: Pick<FormState<'name' | 'polygon'>, 'values' | 'errors' | 'change'> }) {
  const { name, polygon } = form.values.value
  const ring = readPolygon(polygon)
  const boundary =
    typeof ring === 'string' ? [] : [...ring, ...ring.slice(0, 1)].map(([lng = 0, lat = 0]) => ({ lat, lng }))
  return (
    <div class="grid gap-3">
      <FieldFrame
        label={t().dispatch.polygon}
        help={t().dispatch.polygonHelp}
        error={form.errors.value.polygon}
        optional
      >
        {(attributes) => (
          <textarea
            {...attributes}
            dir="ltr"
            rows={3}
            spellcheck={false}
            name="polygon"
            value={polygon}
            onInput={({ currentTarget }) => form.change('polygon', currentTarget.value)}
            class="w-full rounded-sm border border-edge/70 bg-surface px-3 py-2 font-mono text-xs transition-colors hover:border-edge aria-invalid:border-danger"
          />
        )}
      </FieldFrame>
      {boundary.length > 0 && (
        <PlaceMap label={t().dispatch.boundaryOf(name)} markers={[]} path={boundary} class="h-48" />
      )}
    </div>
  )
}
