/** Who moves the branch after a run, the strictest first: a person; the run, once people have said yes; the run, where the constitution leaves it free. */
export const runModes = ['propose', 'supervised', 'autonomous'] as const
export type RunMode = (typeof runModes)[number]

/** The strictest of some; `undefined` sets no limit. */
export function strictestMode(...modes: readonly (RunMode | undefined)[]): RunMode {
  return runModes[Math.min(...modes.map((mode) => runModes.indexOf(mode ?? 'autonomous')), runModes.length - 1)] ?? 'propose'
}

export function isStricter(mode: RunMode, than: RunMode): boolean {
  return runModes.indexOf(mode) < runModes.indexOf(than)
}
