import { period } from '../argument.ts'
import { giveConsent, withAnswer, type ConsentOptions } from '../give-consent.ts'
import type { Register } from './register-commands.ts'

export const registerApprove: Register = (program, invocation) => {
  withAnswer(program.command('approve'))
    .description('say yes to a proposal that needs approval')
    .argument('<id>', 'the proposal; the first characters are enough')
    .option('--expires <period>', 'how long the approval lasts, as in 12h (default: as long as the configuration allows)', period('--expires'))
    .option('--yes', 'do not ask on the terminal')
    .action((id: string, options: ConsentOptions) => giveConsent(invocation, { answer: 'approved', id, options }))
}
