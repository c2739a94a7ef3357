import { effect, signal, type Signal } from '@preact/signals'
import { readJsonSetting, writeSetting } from './local-storage.ts'

/**
 * A signal that is stored in this browser and has the same value in all its tabs. `format` returns null for a value that
 * needs no storage. The model that creates it ends its effects.
 */
export function sharedSetting<Value>(
  key: string,
  parse: (stored: unknown) => Value,
  format: (value: Value) => string | null,
): Signal<Value> {
  const read = () => parse(readJsonSetting(key))
  const setting = signal(read())

  effect(() => writeSetting(key, format(setting.value)))

  effect(() => {
    // The event's own value may be outdated already: two tabs that answered each other's values would never agree.
    const follow = () => {
      const stored = read()
      if (format(stored) !== format(setting.peek())) setting.value = stored
    }
    const storage = (event: StorageEvent) => {
      if (event.key === `callout.${key}` || event.key === null) follow()
    }
    addEventListener('storage', storage)
    // A page that was frozen has missed the events.
    document.addEventListener('visibilitychange', follow)
    return () => {
      removeEventListener('storage', storage)
      document.removeEventListener('visibilitychange', follow)
    }
  })

  return setting
}
