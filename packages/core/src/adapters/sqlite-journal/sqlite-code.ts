/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that are told apart here. */
const codes = { permission: 3, busy: 5, locked: 6, readOnly: 8, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const

export type SqliteCode = keyof typeof codes

/** Whether an error of node:sqlite has this primary code; extended codes keep it in the low byte. */
export function isSqliteCode(error: unknown, ...wanted: readonly SqliteCode[]): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  const primary = error.errcode & 0xff
  return wanted.some((name) => codes[name] === primary)
}
