import { recordKeys } from '../compose-log.ts'
import { rotateRecordKey } from '../compose-record.ts'
import { openTarget } from '../compose-target.ts'
import { faint, good } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerKeys: Register = (program, invocation) => {
  const keys = program.command('keys').description('the keys that sign the journal’s log')
  withTarget(keys.command('show'))
    .description('public keys, the current one last, as `verify --key` takes them')
    .action((options: TargetOptions) => show(invocation, options))
  withTarget(keys.command('rotate'))
    .description('let another key sign from here on; the old one vouches for it')
    .option('--lost', 'the old private key is lost: nobody vouches for the new one', false)
    .action((options: TargetOptions & { readonly lost: boolean }) => rotate(invocation, options))
}

async function show(invocation: Invocation, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const keys = await recordKeys(invocation, target)
  if (console.json) console.document(keys)
  if (keys.length === 0) console.print('no key yet: the first command that records something introduces one')
  for (const { key, introducedBy, endorsed, isHere } of keys) {
    const about = [`since event ${introducedBy}`, ...(introducedBy === keys[0]?.introducedBy ? [] : [endorsed ? 'endorsed by the one before' : 'endorsed by nobody']), isHere ? 'private key on this machine' : 'private key not on this machine']
    console.print(`${key}  ${faint(about.join(', '))}`)
  }
}

async function rotate(invocation: Invocation, options: TargetOptions & { readonly lost: boolean }): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  if (target.record === null) throw new TypeError('a target that is open for writing has a record')
  const rotated = await rotateRecordKey(target.record, options.lost)
  if (console.json) console.document(rotated)
  console.print(`${good('rotated')}  ${rotated.key}${rotated.endorsed ? '' : '\nnobody vouches for it: tell those who verify by another way'}`)
}
