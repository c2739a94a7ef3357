import { effect, signal, type ReadonlySignal } from '@preact/signals'
import { readSetting, writeSetting } from '../ui/local-storage.ts'

/** Whether a new offer may be heard. Remembered. */
export const soundOn = signal(readSetting('sound') !== 'off')

export function setSound(on: boolean): void {
  soundOn.value = on
  writeSetting('sound', on ? null : 'off')
}

/**
 * Calls attention to what is new in a list: a short sound, and the number in the tab's title. The first filling of the
 * list is not news. Returns how to end.
 */
export function alertOnNewOffers(ids: ReadonlySignal<readonly string[]>, ready: ReadonlySignal<boolean>): () => void {
  let known: ReadonlySet<string> | null = null
  const sound = createSound()
  const stop = effect(() => {
    const count = ids.value.length
    document.title = count > 0 ? `(${count}) Callout` : 'Callout'
    if (!ready.value) return
    const before = known
    known = new Set(ids.value)
    if (before && soundOn.peek() && ids.value.some((id) => !before.has(id))) sound.play()
  })
  return () => {
    stop()
    sound.stop()
    document.title = 'Callout'
  }
}

/** Two short notes. A browser lets a page sound only after somebody has touched it, so that is when it is made ready. */
function createSound() {
  let audio: AudioContext | null = null
  let quietUntil = 0
  const listening = new AbortController()
  const ready = () => {
    audio = new AudioContext()
    listening.abort()
  }
  addEventListener('pointerdown', ready, { signal: listening.signal })
  addEventListener('keydown', ready, { signal: listening.signal })

  function note(context: AudioContext, frequency: number, from: number) {
    const at = context.currentTime + from
    const gain = new GainNode(context, { gain: 0 })
    const tone = new OscillatorNode(context, { type: 'sine', frequency })
    gain.gain.linearRampToValueAtTime(0.18, at + 0.01)
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.24)
    tone.connect(gain).connect(context.destination)
    tone.start(at)
    tone.stop(at + 0.25)
  }

  return {
    play(): void {
      // What was missed comes in slices, each with offers of its own: one call is enough.
      if (!audio || audio.currentTime < quietUntil) return
      quietUntil = audio.currentTime + 0.5
      note(audio, 660, 0)
      note(audio, 880, 0.14)
    },
    stop(): void {
      listening.abort()
      void audio?.close()
    },
  }
}
