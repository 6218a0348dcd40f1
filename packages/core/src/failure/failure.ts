/**
 * A failure of Ratchet or of its surroundings, as opposed to a refusal (which is a value).
 * Each area derives one class with a closed set of codes; callers branch on `code`, never on the message.
 * `remedy` is one sentence that tells the user what to do; the command line prints it under the message.
 */
export abstract class Failure<Code extends string = string> extends Error {
  readonly code: Code
  readonly remedy: string | undefined

  constructor(code: Code, message: string, options: { readonly cause?: unknown; readonly remedy?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy
    this.name = new.target.name
  }
}
