import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Workspace } from '../models/workspace.ts'

export const WorkspaceContext = createContext<Workspace | null>(null)

/** The signed-in person's models. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext)
  if (!workspace) throw new Error('useWorkspace outside of a workspace')
  return workspace
}
