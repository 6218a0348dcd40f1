/** A secret in a text. */
export interface SecretMatch {
  /** What kind it is, for people. */
  readonly kind: string
  /** Characters [start, end) of the text. */
  readonly start: number
  readonly end: number
}

/** Knows the secrets of many services by their shape. Reads texts only: nothing is asked over a network, and the text goes nowhere. */
export interface SecretScanner {
  /** As many matches as this in one answer: there may be more. */
  readonly mostMatches: number
  /** In order of place. The same text gives the same answer; `path` says what kind of file it is from. */
  scan(text: string, path: string): Promise<readonly SecretMatch[]>
}
