import { Option } from 'commander'
import { findAgentPrograms } from '../agent-programs.ts'
import { localTiers } from '../compose.ts'
import { examine, type Check, type Examination } from '../examine.ts'
import { bad, faint, good, harmless, strong } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface DoctorOptions extends TargetOptions {
  readonly fix?: boolean
  readonly tier?: (typeof localTiers)[number]
}

export const registerDoctor: Register = (program, invocation) => {
  withTarget(program.command('doctor'))
    .description('check git, node and the sandbox, by really starting it, and the programs of configured agents')
    .option('--fix', 'install what is missing where that is possible without asking')
    .addOption(new Option('--tier <tier>', 'start this tier only, and need it (default: all of them, of which namespace is needed)').choices([...localTiers]))
    .action((options: DoctorOptions) => doctor(invocation, options))
}

async function doctor(invocation: Invocation, options: DoctorOptions): Promise<void> {
  const { console } = invocation
  const others = localTiers.filter((tier) => tier !== 'namespace')
  const machine = await examine(invocation, { fix: options.fix === true, tiers: options.tier === undefined ? ['namespace', ...others] : [options.tier] })
  const { checks: agents, remedies } = await findAgentPrograms(invocation, options)
  const examination = { ...machine, ok: machine.ok && agents.every(({ ok }) => ok), agents, remedies: [...machine.remedies, ...remedies] }
  if (console.json) console.document(examination)
  console.print(render(examination, machine.ok))
  invocation.setExitCode(examination.ok ? exitCodes.done : exitCodes.failure)
}

function render({ ok, checks, agents, tiers, absent, remedies }: Examination & { readonly agents: readonly Check[] }, works: boolean): string {
  const line = (check: { readonly name: string; readonly ok: boolean; readonly detail: string }): string =>
    `  ${check.ok ? good('ok  ') : bad('FAIL')} ${check.name.padEnd(28)} ${faint(harmless(check.detail))}`
  const lines = checks.map(line)
  for (const tier of tiers) {
    const accounting = tier.accounting === null ? 'no accounting' : `accounting by ${tier.accounting}${tier.accounting === 'sampled' ? ' (weaker: no writable cgroup)' : ''}`
    lines.push(`${strong(`sandbox tier ${tier.tier}`)}  ${tier.available ? good('starts') : bad('does not start')}, ${accounting}, throw-away trees by ${tier.treeMode ?? 'nothing'}`)
    lines.push(...tier.checks.map(line))
  }
  for (const { tier, detail, remedy } of absent) lines.push(`${strong(`sandbox tier ${tier}`)}  absent: ${faint(harmless(`${detail}. ${remedy}`))}`)
  lines.push(...agents.map(line), ok ? good('ready') : bad(works ? 'not ready: an agent that is to propose cannot be started' : 'not ready: without a sandbox nothing is evaluated'))
  return [...lines, ...remedies.map((remedy) => `  ${remedy}`)].join('\n')
}
