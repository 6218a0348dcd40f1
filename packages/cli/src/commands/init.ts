import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { explainSurvey, renderConfig, surveyTarget } from '../compose.ts'
import { faint, good, harmless } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

export const registerInit: Register = (program, invocation) => {
  withTarget(program.command('init'))
    .description('look at the repository and write ratchet.yaml')
    .action((options: TargetOptions) => init(invocation, options))
}

async function init(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const { root, survey, existing } = await surveyTarget(invocation, options)
  if (existing !== null) {
    throw new UsageError('bad-argument', `there is a configuration already: ${existing}`, { remedy: 'Edit it, or move it away and run `ratchet init` again.' })
  }
  if (survey.kind === 'unrecognised') {
    throw new UsageError('bad-argument', `found no way to test this repository: ${survey.missing.join('; ')}`, {
      remedy: 'Write a ratchet.yaml with `target.edit`, one command under `tests` and one under `metrics`; the README shows one.',
    })
  }
  const file = path.join(root, 'ratchet.yaml')
  // wx: never over a file that appeared meanwhile.
  await writeFile(file, renderConfig(survey), { flag: 'wx' }).catch((error: unknown) => {
    throw new UsageError('bad-argument', `the configuration cannot be written to ${file}`, { cause: error, remedy: 'See that the directory may be written to and holds no such file.' })
  })
  const explanation = explainSurvey(survey)
  if (console.json) console.document({ written: file, explanation })
  console.print(`${good('wrote')}  ${harmless(file)}`)
  for (const sentence of explanation) console.print(`  - ${harmless(sentence)}`)
  console.print(faint('Read it, commit it (Ratchet reads the committed one), then: ratchet doctor --fix && ratchet run'))
}
