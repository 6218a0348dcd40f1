/** Linters whose reports can be read. */
export const linterNames = ['eslint', 'oxlint', 'biome', 'ruff', 'flake8', 'clang-tidy'] as const
export type LinterName = (typeof linterNames)[number]
