import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely'

/** Lets Kysely speak to Node's own SQLite, whose statements differ from what its dialect expects only in shape. */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  // Statements are compiled once per text: an append must not pay for the parser.
  const statements = new Map<string, SqliteStatement>()
  const adapted: SqliteDatabase = {
    prepare: (text) => {
      let statement = statements.get(text)
      if (statement === undefined) statements.set(text, (statement = adaptStatement(database.prepare(text))))
      return statement
    },
    close: () => database.close(),
  }
  return new SqliteDialect({ database: adapted })
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  }
}
