import { giveConsent, withAnswer, type ConsentOptions } from '../give-consent.ts'
import type { Register } from './register-commands.ts'

export const registerDefer: Register = (program, invocation) => {
  withAnswer(program.command('defer'))
    .description('answer later; a yes of yours is withdrawn')
    .argument('<id>', 'the proposal; the first characters are enough')
    .action((id: string, options: ConsentOptions) => giveConsent(invocation, { answer: 'deferred', id, options }))
}
