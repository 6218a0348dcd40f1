const endings = {
  script: /\.[cm]?[jt]sx?$/i,
  python: /\.(?:pyw?|pyi|pyx|pxd)$/i,
  native: /\.(?:c|h|cc|cpp|cxx|c\+\+|hh|hpp|hxx|h\+\+|ipp|inl|tpp|tcc|cu|m|mm)$/i,
} as const

export type CodeFamily = keyof typeof endings

/** What a file's name says that it is read as; null for everything that no rule on code looks at. */
export function codeFamily(path: string): CodeFamily | null {
  return (Object.keys(endings) as CodeFamily[]).find((family) => endings[family].test(path)) ?? null
}
