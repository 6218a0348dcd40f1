import type { Strategy } from '../strategy.ts'

/** Any variant that passed the gates, each with the same chance: the honest baseline for every cleverer choice. */
export const randomStrategy: Strategy = {
  name: 'random',
  selectParent: (archive, { random }) => archive.viable(random.integer(archive.viableSize)),
}
