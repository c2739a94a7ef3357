import { effect, signal, type ReadonlySignal } from '@preact/signals'
import { readSetting, writeSetting } from '../ui/local-storage.ts'
import { setTitleCount } from '../ui/page-title.ts'

/** Whether new offers play a sound; stored in this browser. */
export const soundOn = signal(readSetting('sound') !== 'off')

export function setSound(on: boolean): void {
  soundOn.value = on
  writeSetting('sound', on ? null : 'off')
}

export interface Offers {
  /** The offers that may alert: none during a break. */
  shown: ReadonlySignal<readonly string[]>
  /** All offers: one that came during a break does not alert after it. */
  known: ReadonlySignal<readonly string[]>
  ready: ReadonlySignal<boolean>
}

/**
 * Alerts to new offers: a short sound, and their number in the tab's title. The first load of the list alerts to none.
 * The model that creates it ends it. Returns a function that plays the sound.
 */
export function alertOnNewOffers({ shown, known, ready }: Offers, sound: Sound = createSound()): () => void {
  let alerted: ReadonlySet<string> | null = null
  const play = () => soundOn.peek() && sound.play()
  effect(() => {
    const count = shown.value.length
    setTitleCount('offers', count)
    if (!ready.value) return
    const before = alerted
    alerted = new Set(known.value)
    if (before && shown.value.some((id) => !before.has(id))) play()
  })
  effect(() => () => {
    sound.stop()
    setTitleCount('offers', 0)
  })
  return play
}

type Sound = ReturnType<typeof createSound>

/** Two short tones. Browsers allow audio only after the first input on the page, so the context is created then. */
function createSound() {
  let audio: AudioContext | null = null
  let silentUntil = 0
  const listeners = new AbortController()
  const start = () => {
    audio = new AudioContext()
    listeners.abort()
  }
  addEventListener('pointerdown', start, { signal: listeners.signal })
  addEventListener('keydown', start, { signal: listeners.signal })

  function playTone(context: AudioContext, frequency: number, from: number) {
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
      // A sync applies missed offers in chunks: one sound for all of them.
      if (!audio || audio.currentTime < silentUntil) return
      silentUntil = audio.currentTime + 0.5
      playTone(audio, 660, 0)
      playTone(audio, 880, 0.14)
    },
    stop(): void {
      listeners.abort()
      void audio?.close()
    },
  }
}
