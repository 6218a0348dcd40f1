import { readCores } from '../adapters/linux-processors/read-cores.ts'
import type { Launch, LaunchResult } from '../sandbox/sandbox.ts'

/**
 * How many processors two busy programs get that were given a single one. By the work that gets done, not by what the kernel says inside: a kernel in user space, or of its own, has numbers of its own.
 * More than one for what the sandbox itself does, which may be elsewhere; two where nothing holds them.
 */
export async function processorShare(run: (command: string, more: Pick<Launch, 'processors'>) => Promise<LaunchResult>): Promise<number> {
  const turns = "perl -e 'my $x = 0; $x += $_ % 7 for 1 .. 6_000_000;'"
  const [processor = 0] = (await readCores()).flat().toReversed()
  const { exitCode, usage } = await run(`${turns} & ${turns} & wait`, { processors: [processor] })
  return exitCode === 0 ? usage.cpuMs / usage.wallMs : Number.NaN
}
