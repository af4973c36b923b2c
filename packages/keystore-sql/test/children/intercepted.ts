import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from 'kysely'

/** A dialect whose statements go through a hook, those that begin and end transactions too. */
export function intercepted(
  dialect: Dialect,
  around: (query: CompiledQuery, run: () => Promise<unknown>) => Promise<unknown>,
): Dialect {
  const wrap = (connection: DatabaseConnection): DatabaseConnection =>
    new Proxy(connection, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member, target)
        if (typeof value !== 'function') return value
        if (member !== 'executeQuery') return value.bind(target)
        return (query: CompiledQuery, ...rest: unknown[]) => around(query, () => value.call(target, query, ...rest))
      },
    })
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver() {
      const driver = dialect.createDriver()
      return new Proxy(driver, {
        get(target, member) {
          if (member === 'acquireConnection') return async () => wrap(await target.acquireConnection())
          const value: unknown = Reflect.get(target, member, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }) as Driver
    },
  }
}
