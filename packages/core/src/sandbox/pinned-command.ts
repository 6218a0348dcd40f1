import type { Launch } from './sandbox.ts'

/** A command line that starts on the processors of its launch; its children inherit them. taskset (util-linux) sets them and becomes the command: no further process. */
export function pinnedCommand(command: readonly string[], { processors }: Pick<Launch, 'processors'>): readonly string[] {
  return processors === undefined ? command : ['taskset', '--cpu-list', processors.join(','), ...command]
}
