import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '@ratchet/core'
import { presetOf } from '@ratchet/core/agent/presets'
import { ConfigError } from '@ratchet/core/target/config-error'
import { isHiddenInside } from '@ratchet/core/sandbox/hidden-toolchains'
import { loadConfig } from '@ratchet/core/adapters/config-file/load-config'
import { findProgram } from '@ratchet/core/adapters/gvisor-sandbox/find-program'
import { proposingAgentNames } from './compose-agents.ts'
import { readConfig, workingConfig } from './compose-config.ts'
import type { Check } from './examine.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

export interface AgentPrograms {
  readonly checks: readonly Check[]
  readonly remedies: readonly string[]
}

/** Directories that every sandbox of the tier `namespace` shows. */
const shownAlways = ['/usr', '/bin', '/sbin', '/lib']

/** Whether the programs of the agents that the working tree's configuration names are where their sandbox finds them. Nothing where there is no configuration, or none that can be read: other commands say why. */
export async function findAgentPrograms(invocation: Invocation, options: TargetOptions): Promise<AgentPrograms> {
  const config = await configOf(invocation, options)
  if (config === null) return { checks: [], remedies: [] }
  const found = await Promise.all(proposingAgentNames(config).map((name) => findAgentProgram(invocation, { config, name })))
  return { checks: found.flatMap(({ checks }) => checks), remedies: found.flatMap(({ remedies }) => remedies) }
}

async function configOf({ signal }: Invocation, { target, config: named }: TargetOptions): Promise<Config | null> {
  const file = named ?? (await workingConfig(target))
  if (file === null) return null
  try {
    return (await loadConfig({ text: await readConfig(file), path: path.basename(file), signal })).config
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

async function findAgentProgram({ environment }: Invocation, { config, name }: { readonly config: Config; readonly name: string }): Promise<AgentPrograms> {
  const agent = config.agents?.use[name]
  const program = agent === undefined || agent.run !== undefined ? null : presetOf(agent.preset).program
  if (program === null) return { checks: [], remedies: [] }
  const { toolchains } = config.sandbox
  const inside = await findProgram({ PATH: [...toolchains.map((folder) => path.join(folder, 'bin')), '/usr/local/bin', '/usr/bin', '/bin'].join(':') }, program)
  const label = `agent ${name}`
  if (inside !== null && isShown(await realpath(inside), toolchains)) return { checks: [{ name: label, ok: true, detail: inside }], remedies: [] }
  const elsewhere = inside ?? (await findProgram(environment, program))
  if (elsewhere === null) return { checks: [{ name: label, ok: false, detail: `the program ${program} is not installed` }], remedies: [`Install ${program} for all users, or leave the agent ${name} out of agents.propose.`] }
  const folder = ownFolder(elsewhere, await realpath(elsewhere), environment['HOME'])
  const remedy = folder === null ? `Install ${program} into a folder of its own outside /tmp, for instance with \`npm install -g --prefix /opt/agents\`, and name that in \`sandbox: { toolchains: [/opt/agents] }\`.` : `Add its directory to \`sandbox: { toolchains: [${folder}] }\`, or install ${program} below /usr/local.`
  return { checks: [{ name: label, ok: false, detail: `${elsewhere} is there, and no sandbox shows it` }], remedies: [remedy] }
}

/** The folder in whose `bin` the program is found and in which it lies; null where that holds more of its user, or is none that a sandbox can show. */
export function ownFolder(found: string, file: string, home: string | undefined): string | null {
  const folder = path.dirname(path.dirname(found))
  const isOwn = path.basename(path.dirname(found)) === 'bin' && file.startsWith(`${folder}/`) && path.basename(folder) !== '.local' && folder !== home
  return isOwn && !isHiddenInside(folder) ? folder : null
}

/** A link on PATH may lead to where nothing is shown. */
export function isShown(file: string, toolchains: readonly string[]): boolean {
  return !isHiddenInside(file) && [...shownAlways, ...toolchains].some((folder) => file === folder || file.startsWith(`${folder.replace(/\/+$/, '')}/`))
}
