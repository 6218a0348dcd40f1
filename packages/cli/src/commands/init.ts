import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { explainSurvey, renderConfig } from '../compose.ts'
import { surveyTarget } from '../compose-survey.ts'
import { Failure } from '@ratchet/core/failure/failure'
import { oneOf } from '../argument.ts'
import { presetNames, readPreset, writePreset, type PresetName } from '../compose-constitution.ts'
import { faint, good, harmless } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { proposeOracles, writeSpecs, type OracleProposal, type ProposeRequest } from '../propose-oracles.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

export const registerInit: Register = (program, invocation) => {
  withTarget(program.command('init'))
    .description('look at the repository and write ratchet.yaml and constitution.yaml')
    .option('--no-oracle', 'propose no oracle; nothing of the repository is run then')
    .option('--preset <name>', `the constitution to begin with: ${presetNames.join(', ')}`, oneOf('--preset', presetNames), 'conservative')
    .action((options: InitOptions) => init(invocation, options))
}

const constitutionSetting = `
# What proposals may do freely, what is asked about, and what never happens. Sign it with: ratchet constitution sign --new-key
constitution: constitution.yaml
`

interface InitOptions extends TargetOptions {
  readonly preset: PresetName
  readonly oracle: boolean
}

async function init(invocation: Invocation, options: InitOptions): Promise<void> {
  const { console } = invocation
  const { root, survey, functions, existing } = await surveyTarget(invocation, options)
  if (existing !== null) {
    throw new UsageError('bad-argument', `there is a configuration already: ${existing}`, { remedy: 'Edit it, or move it away and run `ratchet init` again.' })
  }
  if (survey.kind === 'unrecognised') {
    throw new UsageError('bad-argument', `found no way to test this repository: ${survey.missing.join('; ')}`, {
      remedy: 'Write a ratchet.yaml with `target.edit`, one command under `tests` and one under `metrics`; the README shows one.',
    })
  }
  const proposal = await oraclesFor(invocation, options, { setup: survey.setup, functions, record: survey.benchmark?.run ?? null })
  const { specs: oracles, notes } = await writeSpecs(root, proposal.specs)
  const file = path.join(root, 'ratchet.yaml')
  // wx: never over a file that appeared meanwhile.
  await writeFile(file, `${renderConfig(survey, { oracles })}${constitutionSetting}`, { flag: 'wx' }).catch((error: unknown) => {
    throw new UsageError('bad-argument', `the configuration cannot be written to ${file}`, { cause: error, remedy: 'See that the directory may be written to and holds no such file.' })
  })
  const constitution = await writePreset(root, await readPreset(options.preset))
  const blind = oracles.length === 0 && options.oracle ? ['there is no oracle: a change is only held against tests and what benchmarks print, and most mutants of it have to be noticed by them; see `ratchet-oracle infer`'] : []
  const explanation = [...explainSurvey(survey, oracles), constitution === null ? 'The constitution.yaml that lies there is kept.' : `constitution.yaml says what proposals may do freely, what is asked about and what never happens (preset ${options.preset}); \`ratchet constitution explain\` puts it in words, \`ratchet constitution sign\` signs it.`, ...[...proposal.notes, ...notes, ...blind].map((note) => `Note: ${note}.`)]
  if (console.json) console.document({ written: file, explanation })
  console.print([file, ...(constitution === null ? [] : [constitution])].map((written) => `${good('wrote')}  ${harmless(written)}`).join('\n'))
  for (const sentence of explanation) console.print(`  - ${harmless(sentence)}`)
  console.print(faint('Read it, commit it (Ratchet reads the committed one), then: ratchet doctor --fix && ratchet run'))
}

/** An oracle is a help, not a condition: where it cannot be tried, there is a configuration all the same. */
async function oraclesFor(invocation: Invocation, options: InitOptions, request: Omit<ProposeRequest, 'options'>): Promise<OracleProposal> {
  if (!options.oracle || request.functions.length === 0) return { specs: [], notes: [] }
  const tried = request.functions.filter((wanted) => wanted.refusal === undefined)
  if (tried.length > 0) invocation.console.note(`trying oracles for ${tried.map((wanted) => wanted.function).join(', ')} in the sandbox`)
  try {
    return await proposeOracles(invocation, { options, ...request })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { specs: [], notes: [`no oracle was tried: ${error.message}`] }
  }
}
