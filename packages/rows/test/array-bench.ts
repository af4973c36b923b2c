import type { ContractCustomer, ContractTable, RowBench, TableUnderTest } from '@waxseal/conformance/contracts'
import { createRowSealer, type RowSealerOptions, type SealedColumns, sealedColumn, sealedJson } from '@waxseal/rows'

type Stored = Record<string, unknown>
type Options = RowSealerOptions<SealedColumns>

/** What an adapter may get wrong. */
export interface Fault {
  /** Other options than asked for. */
  readonly options?: (options: Options, asked: ContractTable) => Options
  /** Another table than the right one. */
  readonly table?: (table: TableUnderTest, rows: Stored[]) => Partial<TableUnderTest>
  /** What becomes of a row that is stored. */
  readonly stored?: (stored: Stored, row: Partial<ContractCustomer>) => Stored
  readonly notUnique?: boolean
}

/** Tables that are arrays, and keep JSON as its text, as some drivers do. */
export function arrayBench(fault: Fault = {}): RowBench {
  const tables = new Map<string, Stored[]>([
    ['customers', []],
    ['suppliers', []],
  ])
  const rowsOf = (table: string) => tables.get(table) as Stored[]
  const rowOf = (table: string, id: string) => rowsOf(table).find((row) => row.id === id) as Stored

  return {
    table(name, asked) {
      const { sealer, index, plaintext, write, alias = name, previousContexts, retention } = asked
      const right: Options = {
        sealer,
        app: 'contract',
        table: alias,
        row: 'id',
        scope: ({ tenant }) => tenant as string,
        columns: {
          email: sealedColumn<string>({ plaintext }),
          card: sealedColumn<string>({ plaintext }),
          photo: sealedColumn<Uint8Array>({ as: 'bytes', plaintext }),
          notes: sealedColumn<unknown>({ as: 'json', plaintext }),
          profile: sealedJson<object>({ fields: ['/phone', '/references'], plaintext }),
        },
        indexes: { email_index: { of: 'email', index } },
        companions: { sealed: 'is_encrypted', fields: 'pii_fields', deleteAt: { column: 'delete_at', policy: retention } },
        previousContexts,
        write,
        json: 'text',
      }
      const rows = createRowSealer(fault.options?.(right, asked) ?? right)
      const storedAs = (sealed: Stored, row: Partial<ContractCustomer>) => fault.stored?.(sealed, row) ?? sealed
      const unique = (stored: Stored) => {
        const twin = rowsOf(name).some((row) => row.id !== stored.id && row.email_index === stored.email_index)
        if (stored.email_index !== null && twin && !fault.notUnique) throw new Error('email_index is there already')
      }
      const open = async (found: Stored[]) => (await rows.openMany(found)) as never[]
      const table: TableUnderTest = {
        async insert(customers) {
          const sealed = (await rows.sealMany(customers as never[])).map((row, at) => storedAs(row, customers[at]!))
          for (const row of sealed) unique(row)
          rowsOf(name).push(...sealed)
        },
        async update(id, tenant, change) {
          const sealed = storedAs(await rows.sealChange(change as never, { id, tenant }), change)
          unique({ id, ...sealed })
          Object.assign(rowOf(name, id), sealed)
        },
        select: (ids) => open(ids.map((id) => rowOf(name, id))),
        selectByCity: (city) => open(rowsOf(name).filter(({ profile }) => JSON.parse(profile as string).city === city)),
        async selectByEmail(email, tenant) {
          const [match] = await rows.where('email', email, { scope: tenant })
          return open(rowsOf(name).filter((row) => match?.values.includes(row[match.column] as string)))
        },
        async selectWithoutId(id) {
          const { id: _, ...rest } = rowOf(name, id)
          return open([rest])
        },
        async reindex() {
          const changes = await Promise.all(rowsOf(name).map(async (row) => ({ row, change: await rows.reindex(row) })))
          for (const { row, change } of changes) Object.assign(row, change)
          return changes.filter(({ change }) => change).length
        },
      }
      return { ...table, ...fault.table?.(table, rowsOf(name)) }
    },
    read: async (table, id, column) => rowOf(table, id)[column],
    write: async (table, id, column, stored) => {
      rowOf(table, id)[column] = stored
    },
    dump: async () => [...tables.values()].flat(),
    close: () => {},
  }
}
