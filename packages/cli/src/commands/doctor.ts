import { examine, type Examination } from '../examine.ts'
import { bad, faint, good, harmless, strong } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface DoctorOptions extends TargetOptions {
  readonly fix?: boolean
}

export const registerDoctor: Register = (program, invocation) => {
  withTarget(program.command('doctor'))
    .description('check git, node and the sandbox, by really starting it')
    .option('--fix', 'install what is missing where that is possible without asking')
    .action((options: DoctorOptions) => doctor(invocation, options))
}

async function doctor(invocation: Invocation, options: DoctorOptions): Promise<void> {
  const { console } = invocation
  const examination = await examine(invocation, options.fix === true)
  if (console.json) console.document(examination)
  console.print(render(examination))
  invocation.setExitCode(examination.ok ? exitCodes.done : exitCodes.failure)
}

function render({ ok, checks, tiers, remedies }: Examination): string {
  const line = (check: { readonly name: string; readonly ok: boolean; readonly detail: string }): string =>
    `  ${check.ok ? good('ok  ') : bad('FAIL')} ${check.name.padEnd(28)} ${faint(harmless(check.detail))}`
  const lines = checks.map(line)
  for (const tier of tiers) {
    const accounting = tier.accounting === null ? 'no accounting' : `accounting by ${tier.accounting}${tier.accounting === 'sampled' ? ' (weaker: no writable cgroup)' : ''}`
    lines.push(`${strong(`sandbox tier ${tier.tier}`)}  ${tier.available ? good('starts') : bad('does not start')}, ${accounting}, throw-away trees by ${tier.treeMode ?? 'nothing'}`)
    lines.push(...tier.checks.map(line))
  }
  lines.push(ok ? good('ready') : bad('not ready: without a sandbox nothing is evaluated'))
  return [...lines, ...remedies.map((remedy) => `  ${remedy}`)].join('\n')
}
