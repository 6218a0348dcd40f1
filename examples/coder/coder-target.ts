import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryTarget, type TemporaryTarget } from '../temporary-target.ts'

const here = path.dirname(fileURLToPath(import.meta.url))

/** Where the files of the target lie: the agent, then what judges it. */
export const coderFolders: readonly string[] = [path.join(here, '../../agents/coder'), path.join(here, 'target')]

/** The agent's tests in this repository need vitest, which the target has not. */
export function isLeftOut(file: string): boolean {
  return file.startsWith(coderFolders[0] ?? '') && (file.endsWith('.test.ts') || file.includes('node_modules'))
}

/** A new repository with the coder as its target, which asks the model at an address, or the one that its configuration names. */
export async function coderTarget(model: { readonly url: string } | null, change: (config: string) => string = (config) => config): Promise<TemporaryTarget> {
  const target = await temporaryTarget(coderFolders, isLeftOut)
  const file = path.join(target.directory, 'ratchet.yaml')
  const config = await readFile(file, 'utf8')
  const own = 'coder: { provider: ollama, model: qwen3-coder }'
  if (!config.includes(own)) throw new Error(`the configuration of the example does not name ${own}`)
  const asked = model === null ? config : config.replace(own, `coder: { provider: openai-compatible, url: "${model.url}", model: scripted, price: { input: 1, output: 5 } }`)
  await writeFile(file, change(asked))
  await target.git('commit', '--quiet', '--all', '--allow-empty', '--message', 'The model to ask')
  return target
}
