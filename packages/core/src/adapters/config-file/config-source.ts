/** A place in a config file, 1-based. */
export interface Position {
  readonly line: number
  readonly column: number
}

export type FieldPath = readonly (string | number)[]

/** Finds the place of a field; when it is missing, the place of the nearest field around it. */
export type Locate = (path: FieldPath, part: 'key' | 'value') => Position

/** What a config file says, before the schema has looked at it. */
export interface ConfigSource {
  readonly value: unknown
  readonly locate: Locate
  /** Writes a value the way this kind of file does, on one line. */
  readonly render: (value: unknown) => string
}

/** `metrics.speed.run`, `tests[0].run`. */
export function fieldName(path: FieldPath): string {
  let name = ''
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`
    else if (/^[\w$-]+$/.test(part)) name += name === '' ? part : `.${part}`
    else name += `[${JSON.stringify(part)}]`
  }
  return name
}
