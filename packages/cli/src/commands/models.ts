import { usdText } from '@ratchet/core/model/money'
import { openTarget } from '../compose-target.ts'
import { checkModels, configuredModels, type ModelListing } from '../compose-model-reports.ts'
import { heed, heeding, requireGoing, standingOf } from '../compose-orders.ts'
import { bad, faint, good, oneLine, strong, unsure } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerModels: Register = (program, invocation) => {
  const models = program.command('models').description('the language models of the configuration')
  withTarget(models.command('list', { isDefault: true }))
    .description('where they are, what they cost, and whether their keys are set')
    .action((options: TargetOptions) => list(invocation, options))
  withTarget(models.command('check'))
    .description('ask each one a word: does it answer, and does it count its tokens')
    .action((options: TargetOptions) => check(invocation, options))
}

async function list(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const models = await configuredModels(invocation, { target, options })
  if (console.json) console.document({ models })
  if (models.length === 0) console.print('no models: add `models` to the configuration (docs/guides/models.md)')
  for (const model of models) console.print(line(model))
}

function line({ name, provider, model, url, key, hasKey, price }: ModelListing): string {
  const cost = price === null ? unsure('price unknown') : price.input === 0 && price.output === 0 ? 'no cost' : `$${price.input} / $${price.output} for a million tokens`
  return `${strong(name)}  ${provider} ${oneLine(model)}  ${faint(oneLine(url))}  ${cost}${key === null ? '' : `  ${hasKey ? good(`${key} is set`) : bad(`${key} is not set`)}`}`
}

async function check(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  requireGoing(await standingOf(target), 'no model is asked')
  await using orders = heed(invocation, target)
  const models = await heeding(orders, () => checkModels(invocation, { target, options }, orders))
  if (console.json) console.document({ models })
  for (const { name, works, detail, nanoUsd, ms } of models) console.print(`${strong(name)}  ${works ? good('answers') : bad('fails')}  ${oneLine(detail)}  ${faint(`${usdText(nanoUsd)}, ${ms} ms`)}`)
  if (models.some(({ works }) => !works)) invocation.setExitCode(exitCodes.failure)
}
