/** A function that by its name compares secrets: how long it takes must not tell where they differ. */
export function isSteadyInTime(name: string): boolean {
  return /compare|equal|constant_?time|timing|token|secret|password|digest|signature|hmac/i.test(name)
}
