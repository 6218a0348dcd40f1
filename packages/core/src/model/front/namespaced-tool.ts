const between = '--'

/** Codex keeps the tools of an MCP server together under a name of their own; elsewhere a tool has one name only, of letters, digits, - and _. */
export function joinedName(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}${between}${name}`
}

/** The name that a model called, as the caller knows it. */
export function ownName(joined: string): { readonly name: string; readonly namespace?: string } {
  const at = joined.indexOf(between)
  return at <= 0 || at + between.length === joined.length ? { name: joined } : { namespace: joined.slice(0, at), name: joined.slice(at + between.length) }
}
