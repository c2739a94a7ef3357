import { effect, signal } from '@preact/signals'
import { readSetting, writeSetting } from './local-storage.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const kept = themes.find((theme) => theme === readSetting('theme'))

/** What was chosen by hand; `system` follows the device. style.css does the rest from one attribute. */
export const theme = signal<Theme>(kept ?? 'system')

export function applyTheme(): void {
  effect(() => {
    writeSetting('theme', theme.value === 'system' ? null : theme.value)
    if (theme.value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
  })
}
