/** A few names that many variants share, by number. */
export class NameTable {
  readonly #names: string[] = []
  readonly #numbers = new Map<string, number>()

  constructor(names: readonly string[] = []) {
    for (const name of names) this.add(name)
  }

  get names(): readonly string[] {
    return this.#names
  }

  add(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) this.#numbers.set(name, (number = this.#names.push(name) - 1))
    return number
  }

  /** @throws RangeError for a number that was never given */
  at(number: number): string {
    const name = this.#names[number]
    if (name === undefined) throw new RangeError(`no name ${number}`)
    return name
  }
}
