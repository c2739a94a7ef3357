import { language, languages, nameOf, setLanguage, t } from '../i18n/index.ts'
import { showNotice } from '../models/ui/notices.ts'

/** Selects the language of all texts. Not rendered while there is only one. */
export function LanguageSelect() {
  if (languages.length < 2) return null
  return (
    <label class="flex items-center justify-between gap-3 text-sm text-soft">
      {t().common.language}
      <select
        value={language.value}
        onChange={({ currentTarget: { value } }) => {
          setLanguage(value).catch(() => showNotice(t().auth.languageFailed, 'problem'))
        }}
        class="hit rounded-sm border border-edge/60 bg-surface px-2 text-sm text-ink hover:border-edge"
      >
        {languages.map((tag) => (
          <option key={tag} value={tag} lang={tag}>
            {nameOf(tag)}
          </option>
        ))}
      </select>
    </label>
  )
}
