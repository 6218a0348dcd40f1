/** A function as a library would have it, with rewrites that are faithful and rewrites that are not. */
export interface FunctionFixture {
  readonly name: string
  readonly module: string
  readonly function: string
  readonly source: string
  readonly test: string
  readonly faithful: Readonly<Record<string, string>>
  readonly wrong: Readonly<Record<string, string>>
}
