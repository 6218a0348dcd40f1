import { giveConsent, withAnswer, type ConsentOptions } from '../give-consent.ts'
import type { Register } from './register-commands.ts'

export const registerReject: Register = (program, invocation) => {
  withAnswer(program.command('reject'))
    .description('say no to it, until you say otherwise')
    .argument('<id>', 'the proposal; the first characters are enough')
    .action((id: string, options: ConsentOptions) => giveConsent(invocation, { answer: 'rejected', id, options }))
}
