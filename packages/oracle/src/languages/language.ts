import type { Generator, LanguageName, Spec, SpecParameter } from '../spec.ts'
import type { TaggedJson } from '../tagged.ts'

/**
 * How a driver is started. It is a child process that runs one function of one tree:
 *
 * - its standard input gives lines of JSON: first `{"spec": Spec}`, answered by `{"ready":true}` or `{"ready":false,"error":text}`,
 *   then one `Case` a line, each answered before the next one is sent; it ends at end of input with status 0;
 * - it answers on file descriptor 3, one line a case:
 *   `{"case":id,"class":c,` and then either `"result":tagged` or `"thrown":{"name","message"}`, then `"mutated":null` or the tagged
 *   arguments after the call where they differ from before (before it `"follow":[...]`, one outcome for every step of the case's `follow`), then where they apply `"async":true`, `"output":digest` and `"again":{...}`
 *   (the second outcome of a case with `repeat`), with no white space between tokens; a case with `times` is called so often, and
 *   only the last outcome is told;
 * - its standard output and error belong to the function under test and are not read as answers.
 */
export interface DriverCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Added to the driver's environment. */
  readonly environment?: Readonly<Record<string, string>>
}

/** One language the kit can drive. */
export interface Language {
  readonly names: readonly LanguageName[]
  /** Prepares what the driver needs (C++: builds the shared library into `scratch`) and says how to start it in `directory`. */
  driver(spec: Spec, request: DriverRequest): Promise<DriverCommand>
  /** What a driver would not show although it can change what a function computes: it is told as a line of its own and has to be the same on both sides. */
  surroundings?(directory: string): Promise<readonly string[]>
  /** What source and tests say about a function's arguments; `null` where the source has no such function. */
  infer(request: InferRequest): Promise<InferredSignature | null>
}

export interface InferRequest {
  readonly language: LanguageName
  /** Path of the module, relative to the tree. */
  readonly module: string
  /** As in a spec: `f`, `default`, `Class.method`. */
  readonly function: string
  readonly source: string
  /** The tree, for a language whose functions need more than their module to be built. */
  readonly directory?: string
  readonly signal?: AbortSignal
  /** Test files and other texts that show calls. */
  readonly tests: readonly { readonly path: string; readonly text: string }[]
  /** Argument lists of real calls, where the tests were run with a recorder. */
  readonly recorded?: readonly (readonly TaggedJson[])[]
}

/** Parameters as far as the text tells them; a parameter of which it says nothing is `any`. */
export interface InferredSignature {
  readonly parameters: readonly SpecParameter[]
  readonly rest?: Generator
  readonly construct?: readonly SpecParameter[]
  /** Argument lists of calls found in tests. */
  readonly examples: readonly (readonly TaggedJson[])[]
  /** Lengths that the source gives a meaning, such as those around the size of a chunk; they are tried besides the usual ones. */
  readonly sizes?: readonly number[]
  /** What a result gets, where it turns out to be a function or to have methods. */
  readonly follow?: { readonly parameters: readonly Generator[]; readonly examples: readonly (readonly TaggedJson[])[] }
  /** C and C++: how to build and call it. */
  readonly native?: Spec['native']
}

export interface DriverRequest {
  /** The tree that holds `spec.module`. */
  readonly directory: string
  /** An empty folder that may be written. */
  readonly scratch: string
  readonly signal: AbortSignal
}
