/** What can go wrong in the kit itself, as opposed to what the function under test does. */
export type OracleErrorCode =
  | 'spec-unreadable'
  | 'spec-invalid'
  | 'language-unknown'
  | 'driver-not-ready'
  | 'driver-protocol'
  | 'function-not-found'
  | 'function-uninformative'
  | 'record-failed'
  | 'seed-invalid'

/** A failure with a closed set of codes and a sentence that tells the user what to do. */
export class OracleError extends Error {
  readonly code: OracleErrorCode
  readonly remedy: string | undefined

  constructor(code: OracleErrorCode, message: string, options: { readonly cause?: unknown; readonly remedy?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'OracleError'
    this.code = code
    this.remedy = options.remedy
  }
}
