import { effect, signal } from '@preact/signals'
import { readSetting, writeSetting } from './local-storage.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const stored = themes.find((theme) => theme === readSetting('theme'))

/** The chosen theme; `system` follows the device. style.css reads it from `data-theme`. */
export const theme = signal<Theme>(stored ?? 'system')

export function applyTheme(): void {
  effect(() => {
    writeSetting('theme', theme.value === 'system' ? null : theme.value)
    if (theme.value === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
  })
}
