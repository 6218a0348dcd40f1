import path from 'node:path'
import type { SecretMatch, SecretScanner } from '../../screening/secret-scanner.ts'

/** Rules look at each byte several times; a longer text is looked at in pieces that overlap by more than a secret is long. */
const pieceLength = 256 * 1024
const overlap = 4 * 1024
/** More in one text say no more. */
const mostMatches = 200

/** What would switch rules off; of the same length, so that places stay. */
const directive = /secretlint-(?=disable|enable)/gi

/** Loaded when the first text is scanned: by then something is running whose end has to be waited for. */
async function loadLinter() {
  const [{ lintSource }, { creator }] = await Promise.all([import('@secretlint/core'), import('@secretlint/secretlint-rule-preset-recommend')])
  return { lintSource, config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, rules: [], options: {} }] } }
}

type Linter = Awaited<ReturnType<typeof loadLinter>>

/** secretlint with its recommended rules, in this process. Its directives in comments (`secretlint-disable`) switch nothing off here: the text is a candidate's. */
export function createSecretlintScanner(): SecretScanner {
  let linter: Promise<Linter> | null = null
  return {
    mostMatches,
    scan: async (text, file) => {
      const loaded = await (linter ??= loadLinter())
      const found: SecretMatch[] = []
      for (let from = 0; from < Math.max(1, text.length) && found.length < mostMatches; from += pieceLength - overlap) {
        const own = await scanPiece(loaded, text.slice(from, from + pieceLength), file)
        for (const match of own) found.push({ ...match, start: match.start + from, end: match.end + from })
        if (from + pieceLength >= text.length) break
      }
      const distinct = new Map(found.map((match) => [`${match.start} ${match.end} ${match.kind}`, match]))
      return [...distinct.values()].toSorted((a, b) => a.start - b.start).slice(0, mostMatches)
    },
  }
}

async function scanPiece({ lintSource, config }: Linter, content: string, file: string): Promise<readonly SecretMatch[]> {
  const { messages } = await lintSource({ source: { filePath: file, content: content.replaceAll(directive, 'secretlint_'), ext: path.extname(file), contentType: 'text' }, options: { config, maskSecrets: true, noPhysicFilePath: true } })
  return messages.filter(({ type }) => type === 'message').map(({ messageId, range: [start, end] }) => ({ kind: messageId, start, end }))
}
