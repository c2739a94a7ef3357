import { useEffect, useState } from 'preact/hooks'

/** Builds a model once, for as long as the component lives. `start` begins what it does and returns how to end it. */
export function useModel<M extends { start?(): () => void }>(build: () => M): M {
  const [model] = useState(build)
  useEffect(() => model.start?.(), [model])
  return model
}
