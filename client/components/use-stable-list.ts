import type { ReadonlySignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { createStableList, type StableList } from '../models/ui/stable-list.ts'

/** A stable list of `target` that lasts as long as the component. */
export function useStableList(target: ReadonlySignal<readonly string[]>): StableList {
  const [list] = useState(() => createStableList(target))
  useEffect(() => list.stop, [list])
  return list
}
