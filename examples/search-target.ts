import { runRatchet } from './run-ratchet.ts'
import { temporaryTarget } from './temporary-target.ts'

/** Searches a repository made of this folder, and shows the change that is offered. */
export async function searchTarget(folder: string, evaluations = 12): Promise<void> {
  await using target = await temporaryTarget([folder])
  const inTarget = ['--target', target.directory]
  const { code } = await runRatchet(['run', '--seed', '1', '--evaluations', String(evaluations), ...inTarget], { echo: true })
  if (code !== 0) throw new Error(`the search ended with exit code ${code}`)
  const offered = JSON.parse((await runRatchet(['proposals', '--json', ...inTarget], { echo: false })).stdout) as readonly { readonly id: string; readonly verdict: string; readonly purpose: string }[]
  const id = offered.find(({ verdict, purpose }) => verdict === 'accepted' && purpose === 'confirm')?.id
  if (id === undefined) throw new Error('the search ended without an improvement')
  await runRatchet(['show', id, '--diff', ...inTarget], { echo: true })
}
