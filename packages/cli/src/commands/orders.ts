import { createInterface } from 'node:readline/promises'
import type { OrderKind } from '@ratchet/core'
import { standingText } from '@ratchet/core/autonomy/standing-orders'
import { Failure } from '@ratchet/core/failure/failure'
import { openTarget } from '../compose-target.ts'
import { giveOrder, type GivenOrder } from '../compose-orders.ts'
import { bad, good, oneLine, unsure } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface OrderOptions extends TargetOptions {
  readonly reason?: string
  readonly yes?: boolean
}

export const registerPause: Register = (program, invocation) => {
  withTarget(program.command('pause'))
    .description('let nothing new begin and nothing be applied until `ratchet resume`; what is being evaluated ends')
    .option('--reason <text>', 'why')
    .action((options: OrderOptions) => order(invocation, 'pause', options))
}

export const registerStop: Register = (program, invocation) => {
  withTarget(program.command('stop'))
    .description('end everything now, and let nothing move a branch until `ratchet resume`')
    .option('--reason <text>', 'why')
    .action((options: OrderOptions) => order(invocation, 'stop', options))
}

export const registerResume: Register = (program, invocation) => {
  withTarget(program.command('resume'))
    .description('take back every pause and stop that stands')
    .option('--reason <text>', 'why')
    .option('--yes', 'do not ask: a person has decided')
    .action((options: OrderOptions) => order(invocation, 'resume', options))
}

async function order(invocation: Invocation, what: OrderKind, options: OrderOptions): Promise<void> {
  const { console } = invocation
  if (what === 'resume' && options.yes !== true && !(await confirmed(invocation))) return console.print('nothing was taken back')
  const given = await giveOrder(invocation, options, { what, reason: reasonOf(options) })
  const recorded = await record(invocation, options)
  if (console.json) console.document({ order: given.order.order, what, standing: given.standing.state, lifts: given.order.lifts, recorded })
  console.print(render(what, given))
  if (!recorded) console.note('the process that has the journal open records it')
}

function reasonOf({ reason = '' }: OrderOptions): string {
  if (reason.length > 1000) throw new UsageError('bad-argument', 'a reason has at most 1000 characters')
  return reason.trim()
}

/** It stands already; a journal that cannot be written now takes it in later. */
async function record(invocation: Invocation, options: TargetOptions): Promise<boolean> {
  try {
    await using _target = await openTarget(invocation, options, 'write')
    return true
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.code !== 'journal-locked') invocation.console.note(`note: the order stands, and is not in the journal yet: ${oneLine(error.message)}`)
    return false
  }
}

function render(what: OrderKind, { order: { lifts }, standing }: GivenOrder): string {
  switch (what) {
    case 'pause':
      return `${unsure('paused')}   nothing new begins and nothing is applied; \`ratchet resume\` lets work go on`
    case 'stop':
      return `${bad('stopped')}  nothing runs and nothing moves a branch; \`ratchet resume\` lets work go on`
    case 'resume':
      return standing.state === 'going' ? `${good('resumed')}  ${lifts.length} order${lifts.length === 1 ? '' : 's'} taken back` : `${unsure('still')}    ${oneLine(standingText(standing))}: somebody has said so meanwhile`
  }
}

async function confirmed({ stdin, stderr, signal }: Invocation): Promise<boolean> {
  if (stdin.isTTY !== true) throw new UsageError('bad-argument', 'there is no terminal on which a person could confirm it', { remedy: 'Say --yes if a person has decided that work goes on.' })
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    return /^y(es)?$/i.test((await lines.question('let work go on? [y/N] ', { signal })).trim())
  } finally {
    lines.close()
  }
}
