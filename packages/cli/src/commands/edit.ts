import { editProposal, type EditOptions } from '../edit-proposal.ts'
import { withAnswer } from '../give-consent.ts'
import type { Register } from './register-commands.ts'

export const registerEdit: Register = (program, invocation) => {
  withAnswer(program.command('edit'))
    .description('change a proposal: the result is a new one, with you as co-author, judged through the whole gate')
    .argument('<id>', 'the proposal; the first characters are enough')
    .option('--patch <file>', 'the whole new patch against the baseline, instead of an editor')
    .option('--on-top', 'the patch comes on top of the proposal, not in its place')
    .option('--tree <dir>', 'take the files of this folder, which an earlier edit has kept, instead of opening an editor')
    .option('--export <file>', 'write the exact patch of the proposal to this file and do nothing else')
    .action((id: string, options: EditOptions) => editProposal(invocation, id, options))
}
