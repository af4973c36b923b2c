import type { AbortableOperationOptions, CompiledQuery, DatabaseConnection, Dialect, QueryResult } from 'kysely'

/** What happens to a query. */
export interface QueryHooks {
  /** Before it is executed. May throw. */
  compiled(query: CompiledQuery): void
  executed(query: CompiledQuery, result: QueryResult<unknown>): void
}

/** A dialect that tells of its queries, in the names that the database has, and of their results. */
export function sealedDialect(dialect: Dialect, hooks: QueryHooks): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler() {
      const compiler = dialect.createQueryCompiler()
      return {
        compileQuery(query, queryId) {
          const compiled = compiler.compileQuery(query, queryId)
          hooks.compiled(compiled)
          return compiled
        },
      }
    },
    createDriver() {
      const driver = dialect.createDriver()
      const acquireConnection = driver.acquireConnection.bind(driver)
      const known = new WeakSet<DatabaseConnection>()
      driver.acquireConnection = async (options) => {
        const connection = await acquireConnection(options)
        if (!known.has(connection)) observe(connection, hooks)
        known.add(connection)
        return connection
      }
      return driver
    },
  }
}

/** Drivers know their connections by identity, so that one is changed in place, just as Kysely does for its log. */
function observe(connection: DatabaseConnection, { executed }: QueryHooks): void {
  const executeQuery = connection.executeQuery.bind(connection)
  const streamQuery = connection.streamQuery.bind(connection)
  connection.executeQuery = async <R>(query: CompiledQuery, options?: AbortableOperationOptions) => {
    const result = await executeQuery<R>(query, options)
    executed(query, result)
    return result
  }
  connection.streamQuery = async function* <R>(query: CompiledQuery, chunkSize: number, options?: AbortableOperationOptions) {
    for await (const result of streamQuery<R>(query, chunkSize, options)) {
      executed(query, result)
      yield result
    }
  }
}
