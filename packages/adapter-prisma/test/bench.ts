import type { RowBench } from '@waxseal/conformance/contracts'
import { sealed, sealedColumn, sealedJson } from '../src/index.ts'

/** A client of any of the generated ones: they differ in nothing that the tests use. */
// biome-ignore lint/suspicious/noExplicitAny: the clients have one shape and three types.
export type AnyClient = any

/** In what databases differ. */
export interface Dialect {
  readonly bytes: string
  readonly json: string
  readonly time: string
  /** A key that the database counts. */
  readonly counted: string
  /** What ends the definition of a table. */
  readonly suffix: string
  /** Prisma's path to a member of a document. */
  readonly path: (name: string) => unknown
  /** Its path to all of a document. */
  readonly root: unknown
}

export const dialects = {
  postgresql: {
    bytes: 'bytea',
    json: 'jsonb',
    time: 'timestamp(3)',
    counted: 'serial primary key',
    suffix: '',
    path: (name) => [name],
    root: [],
  },
  mysql: {
    bytes: 'longblob',
    json: 'json',
    time: 'datetime(3)',
    counted: 'integer primary key auto_increment',
    suffix: 'character set utf8mb4',
    path: (name) => `$.${name}`,
    root: '$',
  },
  sqlite: {
    bytes: 'blob',
    json: 'jsonb',
    time: 'datetime',
    counted: 'integer primary key',
    suffix: '',
    path: (name) => `$.${name}`,
    root: '$',
  },
} as const satisfies Record<string, Dialect>

const customers = ({ bytes, json, time }: Dialect) =>
  `id varchar(100) primary key, tenant varchar(100) not null, plan varchar(100) not null, email varchar(2000),
  email_index varchar(200) unique, card varchar(2000), photo ${bytes}, notes ${json}, profile ${json},
  is_encrypted boolean, pii_fields ${json}, delete_at ${time}`

const tables = (dialect: Dialect) => ({
  customers: customers(dialect),
  suppliers: customers(dialect),
  shops: `id ${dialect.counted}, name varchar(100) not null`,
  orders: `id varchar(100) primary key, customer_id varchar(100) not null, shop_id integer not null, note varchar(2000),
    total bigint, placed_at ${dialect.time}`,
  passports:
    'id varchar(100) primary key, customer_id varchar(100) not null unique, country varchar(100) not null, number varchar(2000)',
  seats: 'hall varchar(100) not null, place bigint not null, guest varchar(2000), primary key (hall, place)',
  entries: `id ${dialect.counted}, kind varchar(100) not null, text varchar(2000)`,
})

/** Makes empty tables, whatever stood there. */
export async function withTables(client: AnyClient, dialect: Dialect): Promise<AnyClient> {
  for (const [name, columns] of Object.entries(tables(dialect))) {
    await client.$executeRawUnsafe(`drop table if exists ${name}`)
    await client.$executeRawUnsafe(`create table ${name} (${columns}) ${dialect.suffix}`)
  }
  return client
}

/** The contract's tables, through a Prisma client. `dbNull` is the client's `Prisma.DbNull`. */
export function prismaBench(client: AnyClient, dbNull: unknown, dialect: Dialect): RowBench {
  const forDatabase = (row: object) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value === null && (name === 'notes' || name === 'profile') ? dbNull : value,
      ]),
    )
  const columnOf = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  return {
    table(name, { sealer, index, plaintext, write, alias = name, previousContexts, retention }) {
      const [model, delegate] = name === 'customers' ? (['Customer', 'customer'] as const) : (['Supplier', 'supplier'] as const)
      const prisma = client.$extends(
        sealed({
          sealer,
          app: 'contract',
          models: {
            [model]: {
              table: alias,
              row: 'id',
              columns: {
                email: sealedColumn<string>({ plaintext }),
                card: sealedColumn<string>({ plaintext }),
                photo: sealedColumn<Uint8Array>({ as: 'bytes', plaintext }),
                notes: sealedColumn<unknown>({ as: 'json', plaintext }),
                profile: sealedJson<object>({ fields: ['/phone', '/references'], plaintext }),
              },
              indexes: { emailIndex: { of: 'email', index } },
              scope: ({ tenant }) => tenant as string,
              needs: ['tenant'],
              companions: { sealed: 'isEncrypted', fields: 'piiFields', deleteAt: { column: 'deleteAt', policy: retention } },
              previousContexts,
              write,
            },
          },
        }),
      )
      const table = prisma[delegate]
      return {
        async insert(rows) {
          await table.createMany({ data: rows.map(forDatabase) })
        },
        async update(id, tenant, change) {
          await table.update({ where: { id, tenant }, data: forDatabase(change) })
        },
        async select(ids) {
          const found = await table.findMany({ where: { id: { in: ids } } })
          return ids.map((id) => found.find((row: { id: string }) => row.id === id))
        },
        selectByCity: (city) => table.findMany({ where: { profile: { path: dialect.path('city'), equals: city } } }),
        selectByEmail: (email, tenant) => table.findMany({ where: { tenant, email } }),
        // The extension selects the id where a query leaves it out; a row from elsewhere may lack it.
        async selectWithoutId(id) {
          const { id: _, ...row } = await client[delegate].findUnique({ where: { id } })
          return prisma.$rows[model].open(row)
        },
        async reindex() {
          const rows = await client[delegate].findMany()
          const changes = await Promise.all(
            rows.map(async (row: { id: string }) => ({ id: row.id, data: await prisma.$rows[model].reindex(row) })),
          )
          const needed = changes.filter(({ data }) => data)
          for (const { id, data } of needed) await client[delegate].update({ where: { id }, data })
          return needed.length
        },
      }
    },
    async read(table, id, column) {
      const row = await client[table.slice(0, -1)].findUnique({ where: { id }, select: { [columnOf(column)]: true } })
      return row[columnOf(column)]
    },
    async write(table, id, column, stored) {
      await client[table.slice(0, -1)].update({ where: { id }, data: { [columnOf(column)]: stored } })
    },
    async dump() {
      const tables = ['customers', 'suppliers'].map((table) => client.$queryRawUnsafe(`select * from ${table}`))
      return (await Promise.all(tables)).flat()
    },
    close: () => client.$disconnect(),
  }
}
