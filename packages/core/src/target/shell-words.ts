/** Words of one simple command, quotes and backslashes taken off; redirection targets count as words. */
export type SimpleCommand = readonly string[]

/**
 * Splits a POSIX shell command line into its simple commands, well enough to see which files it names. It is no shell:
 * variables are not expanded (a word with `$` stays as it is) and substitutions count as commands of their own, so that a
 * file named inside them is seen too.
 */
export function shellWords(line: string): readonly SimpleCommand[] {
  return new WordReader(line).commands()
}

class WordReader {
  readonly #line: string
  #index = 0
  #word: string | null = null
  #words: string[] = []
  readonly #commands: SimpleCommand[] = []

  constructor(line: string) {
    this.#line = line
  }

  commands(): readonly SimpleCommand[] {
    while (this.#index < this.#line.length) this.#step(this.#line[this.#index++] ?? '')
    this.#endCommand()
    return this.#commands
  }

  #step(character: string): void {
    switch (character) {
      case "'": return this.#quoted("'")
      case '"': return this.#quoted('"')
      case '\\': return this.#escaped()
      case '#': return this.#word === null ? this.#comment() : this.#add(character)
      case ' ': case '\t': case '\r': case '<': case '>': return this.#endWord()
      case '\n': case ';': case '&': case '|': case '(': case ')': case '`': return this.#endCommand()
      default: return this.#add(character)
    }
  }

  #quoted(quote: "'" | '"'): void {
    this.#add('')
    while (this.#index < this.#line.length) {
      const character = this.#line[this.#index++] ?? ''
      if (character === quote) return
      if (character === '\\' && quote === '"') this.#escaped()
      else this.#add(character)
    }
  }

  #escaped(): void {
    const next = this.#line[this.#index++] ?? ''
    // A backslash before a line end joins the lines.
    if (next !== '\n') this.#add(next)
  }

  #comment(): void {
    const end = this.#line.indexOf('\n', this.#index)
    this.#index = end === -1 ? this.#line.length : end
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text
  }

  #endWord(): void {
    if (this.#word !== null) this.#words.push(this.#word)
    this.#word = null
  }

  #endCommand(): void {
    this.#endWord()
    if (this.#words.length > 0) this.#commands.push(this.#words)
    this.#words = []
  }
}
