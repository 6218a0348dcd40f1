/** A function whose behaviour is worth comparing: its module, and its name there. */
export interface OracleFunction {
  readonly module: string
  /** As `ratchet-oracle infer` takes it: `f`, `default`, `ns::f`, or the name of a class that has a refusal. */
  readonly function: string
  readonly reason: string
  /** Set where no oracle is tried, as the end of a sentence: what stands against it. */
  readonly refusal?: string
}

/** More than a few are nobody's hot functions. */
export const mostFunctions = 3

/** A class is named with a note and not tried: a call of one of its methods on a fresh object shows little of what it does. */
export function refusedClass({ module, name, method, caller }: { readonly module: string; readonly name: string; readonly method: string; readonly caller: string }): OracleFunction {
  const refusal = `what its methods do hangs on the calls before, which a generated call does not make; if one stands alone, name it: \`ratchet-oracle infer . --module ${module} --function ${name}.${method}\``
  return { module, function: `class ${name}`, reason: `${caller} uses it`, refusal }
}

/** Whether a path is a test's or a benchmark's own, and so no module worth an oracle. */
export function isJudge(file: string): boolean {
  return /(?:^|[/_.-])(?:unit)?(?:tests?|spec|bench(?:mark)?s?|fixtures?|mocks?)(?:[/_.-]|$)/i.test(file)
}
