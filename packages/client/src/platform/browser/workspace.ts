import { unsupported } from '@proj/dbal-contract'

export async function loadWorkspaceModel(): Promise<never> {
  const reason = 'a workspace is read from files; give schema, or ask the daemon by giving neither'
  throw unsupported('workspace', reason)
}
