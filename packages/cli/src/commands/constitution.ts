import type { Command } from 'commander'
import { checkConstitution } from '@ratchet/core/constitution/check-constitution'
import { explainConstitution } from '@ratchet/core/constitution/explain-constitution'
import { runExamples } from '@ratchet/core/constitution/run-examples'
import { forgetSigner, presetNames, readDraft, readPreset, rootOf, signDraft, trustSigner, writePreset, type ConstitutionDraft, type PresetName } from '../compose-constitution.ts'
import { oneOf } from '../argument.ts'
import { bad, faint, good, harmless, oneLine, strong, unsure } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface SignOptions extends TargetOptions {
  readonly key?: string
  readonly newKey?: boolean
  readonly replaceKey?: boolean
}

export const registerConstitution: Register = (program, invocation) => {
  const group = program.command('constitution').description('the rules that no proposal may change: check, explain, test, sign')
  withTarget(group.command('init'))
    .description('write constitution.yaml from a preset')
    .option('--preset <name>', `one of ${presetNames.join(', ')}`, oneOf('--preset', presetNames), 'conservative')
    .action((options: TargetOptions & { readonly preset: PresetName }) => init(invocation, options))
  withFile(group.command('check'))
    .description('schema, rules, hints and signature of the working tree\'s constitution')
    .action((file: string | undefined, options: TargetOptions) => check(invocation, file, options))
  withFile(group.command('explain'))
    .description('in words: what may happen freely, what is asked about, what never happens')
    .action((file: string | undefined, options: TargetOptions) => explain(invocation, file, options))
  withFile(group.command('test'))
    .description('run the examples that its rules carry')
    .action((file: string | undefined, options: TargetOptions) => test(invocation, file, options))
  withFile(group.command('sign'))
    .description('sign it, and expect this key from now on')
    .option('--key <file>', 'an Ed25519 key in PEM, or an SSH key (default: constitution-key.pem in your configuration folder)')
    .option('--new-key', 'make an Ed25519 key first')
    .option('--replace-key', 'let this key take the place of the known one')
    .action((file: string | undefined, options: SignOptions) => sign(invocation, file, options))
  withTarget(group.command('trust'))
    .description('expect another key from now on: the one that the working tree\'s signature is made by')
    .argument('<key-id>', 'as `check` shows it')
    .argument('[file]', 'the constitution (default: the one that the configuration names)')
    .action((keyId: string, file: string | undefined, options: TargetOptions) => trust(invocation, { keyId, file }, options))
  withTarget(group.command('forget'))
    .description('expect no particular key any more: the next one that `run` or `apply` meets on HEAD is remembered')
    .action((options: TargetOptions) => forget(invocation, options))
}

function withFile(command: Command): Command {
  return withTarget(command).argument('[file]', 'default: the one that the configuration names, else constitution.yaml')
}

async function init(invocation: Invocation, options: TargetOptions & { readonly preset: PresetName }): Promise<void> {
  const { console } = invocation
  const file = await writePreset(await rootOf(invocation, options), await readPreset(options.preset))
  if (file === null) throw new UsageError('bad-argument', 'there is a constitution.yaml already', { remedy: 'Edit it, or move it away first.' })
  if (console.json) console.document({ written: file, preset: options.preset })
  console.print(`${good('wrote')}  ${harmless(file)}\n${faint('Read it, name it in ratchet.yaml (constitution: constitution.yaml), and commit both. `ratchet constitution explain` says it in words.')}`)
}

function signatureLine({ signature, key }: Pick<ConstitutionDraft, 'signature' | 'key'>): string {
  switch (signature) {
    case 'unsigned':
      return `${unsure('unsigned')}  whoever may commit may change it; \`ratchet constitution sign\` ends that`
    case 'changed':
      return `${bad('changed')}  it is not what its signature was made for`
    case 'signed':
      return `${good('signed')}  by ${key?.keyId ?? ''}`
    case 'first-use':
      return `${unsure('signed')}  by ${key?.keyId ?? ''}, which is not known here yet: \`ratchet run\` or \`apply\` on HEAD remembers it, \`constitution trust\` does at once`
    case 'other-key':
      return `${bad('signed')}  by ${key?.keyId ?? ''}, which is not the key that is known`
  }
}

async function check(invocation: Invocation, file: string | undefined, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const draft = await readDraft(invocation, options, file)
  const hints = checkConstitution(draft.constitution)
  const failing = failingExamples(draft)
  const ok = failing.length === 0 && draft.signature !== 'changed' && draft.signature !== 'other-key'
  if (console.json) console.document({ file: draft.file, digest: draft.constitution.digest, rules: draft.constitution.rules.length, hints, failing, signature: draft.signature, key: draft.key?.keyId ?? null })
  console.print([
    `${good('valid')}  ${harmless(draft.file)}: ${draft.constitution.rules.length} rules`,
    signatureLine(draft),
    ...hints.map(({ rule, kind, message }) => `${unsure('hint')}  ${oneLine(rule)}: ${oneLine(message)} ${faint(`[${kind}]`)}`),
    ...failing.map(({ rule, number, expects, says }) => `${bad('example')}  ${oneLine(rule)}, example ${number}: expects ${expects}, and the rule says ${says}`),
  ].join('\n'))
  if (!ok) invocation.setExitCode(exitCodes.failure)
}

type ExampleResult = ReturnType<typeof runExamples>[number]

function isFailing({ expects, says }: ExampleResult): boolean {
  return expects !== says
}

function failingExamples({ constitution }: ConstitutionDraft): readonly ExampleResult[] {
  return runExamples(constitution).filter(isFailing)
}

async function explain(invocation: Invocation, file: string | undefined, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const explanation = explainConstitution((await readDraft(invocation, options, file)).constitution)
  if (console.json) console.document(explanation)
  const part = (title: string, lines: readonly string[]): readonly string[] => [strong(title), ...(lines.length === 0 ? ['  nothing'] : lines.map((line) => `  - ${oneLine(line)}`))]
  console.print([...part('never happens', explanation.never), ...part('is asked about', explanation.asks), ...part('may happen freely', explanation.freely), explanation.otherwise].join('\n'))
}

async function test(invocation: Invocation, file: string | undefined, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const draft = await readDraft(invocation, options, file)
  const results = runExamples(draft.constitution)
  const failing = results.filter(isFailing)
  if (console.json) console.document({ file: draft.file, examples: results.length, failing })
  console.print([
    ...failing.map(({ rule, number, note, expects, says, because }) => `${bad('fails')}  ${oneLine(rule)}, example ${number}${note === null ? '' : ` (${oneLine(note)})`}: expects ${expects}, and the rule says ${says}${because === null ? '' : `: ${oneLine(because)}`}`),
    failing.length === 0 ? `${good('hold')}  ${results.length} examples` : `${bad('fail')}  ${failing.length} of ${results.length} examples`,
  ].join('\n'))
  if (failing.length > 0) invocation.setExitCode(exitCodes.failure)
}

async function sign(invocation: Invocation, file: string | undefined, options: SignOptions): Promise<void> {
  const { console } = invocation
  const draft = await readDraft(invocation, options, file)
  const failing = failingExamples(draft)
  if (failing.length > 0) throw new UsageError('bad-argument', `${failing.length} examples of the constitution do not hold`, { remedy: '`ratchet constitution test` shows them; what is signed should be what is meant.' })
  const signed = await signDraft(invocation, options, { draft, keyFile: options.key, newKey: options.newKey === true, replace: options.replaceKey === true })
  if (console.json) console.document({ file: signed.file, key: signed.key.keyId, digest: draft.constitution.digest })
  console.print(`${good('signed')}  ${harmless(signed.file)} by ${signed.key.keyId}\n${faint('Commit the constitution and its signature together. Keep a copy of the key: without it the constitution cannot be changed any more.')}`)
}

async function forget(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const key = await forgetSigner(invocation, options)
  if (console.json) console.document({ forgotten: key?.keyId ?? null })
  console.print(key === null ? 'no key was known for this target\'s constitution' : `${good('forgotten')}  ${key.keyId} no longer signs this target's constitution`)
}

async function trust(invocation: Invocation, { keyId, file }: { readonly keyId: string; readonly file: string | undefined }, options: TargetOptions): Promise<void> {
  const { console } = invocation
  const key = await trustSigner(invocation, options, { draft: await readDraft(invocation, options, file), keyId })
  if (console.json) console.document({ key: key.keyId })
  console.print(`${good('trusted')}  ${key.keyId} signs this target's constitution from now on`)
}
