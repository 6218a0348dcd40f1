/** Below this, starting a process and warming it up explain a difference. Milliseconds of CPU time. */
const unnoticeable = 100
const factor = 2

/** Whether the second figure is so much larger that no noise of a shared machine explains it, when it is seen again and again. */
export function isMuchSlower(baselineMs: number, candidateMs: number): boolean {
  return candidateMs > factor * baselineMs + unnoticeable
}
