/** Colour and cursor commands (CSI), window titles and links (OSC). No pattern can backtrack: each character class excludes what follows it. */
// oxlint-disable-next-line no-control-regex -- control characters are what this file is about
const terminalCommand = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?)/g

/** C0 and C1 controls but tab and line feed, and the marks that reverse or hide text (bidirectional, zero-width, separators). */
// oxlint-disable-next-line no-control-regex -- as above
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * Text of an untrusted process, fit for a terminal, a log and a journal: without terminal commands, which could rewrite the screen or
 * type for the reader, without characters that hide text, and well-formed as Unicode.
 */
export function printableText(text: string): string {
  return text.replaceAll(terminalCommand, '').replaceAll(invisible, '').toWellFormed()
}
