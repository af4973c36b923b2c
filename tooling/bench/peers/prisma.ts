import { configureKeys, decryptOnRead, encryptOnWrite } from 'prisma-field-encryption/dist/encryption.js'
import type { Contender, Peer } from '../contender.ts'
import { application, applicationFields, changeApplication } from '../values.ts'
import { cloakKey } from './cloak.ts'

// What the extension makes of a schema whose model has eleven encrypted text columns and no relation.
const names = applicationFields.map((_, i) => `field${i}`)
const fields = Object.fromEntries(
  ['value', ...names].map((name) => [name, { encrypt: true, strictDecryption: true, mode: 'strict' }]),
)
const models = { Row: { cursor: 'id', fields, connections: {} } } as unknown as Parameters<typeof encryptOnWrite>[2]

/** What prisma-field-encryption does to the columns of one row on its way to the database and back, without the database. */
export const prisma: Peer = async (secret): Promise<Contender> => {
  const keys = configureKeys({ encryptionKey: cloakKey(secret) })
  const params = { model: 'Row', dataPath: [], runInTransaction: false } as const
  const write = (data: Record<string, string>): Record<string, string> =>
    encryptOnWrite({ ...params, action: 'create', args: { data } } as never, keys, models, 'Row.create').args.data
  const read = (row: Record<string, string>): Record<string, string> => {
    const result = { ...row }
    decryptOnRead({ ...params, action: 'findUnique', args: {} } as never, result, keys, models, 'Row.findUnique')
    return result
  }
  /** The ten fields as columns; the rest of the document is none of its business. */
  const columns = (document: typeof application, text: (field: unknown) => string) => {
    const row: Record<string, string> = {}
    changeApplication(document, (field) => {
      row[names[Object.keys(row).length]!] = text(field)
    })
    return row
  }
  return {
    by: 'prisma-field-encryption',
    seal: (value) => write({ value: JSON.stringify(value) }).value,
    open: (sealed: string) => JSON.parse(read({ value: sealed }).value!),
    sealFields: (document) => write(columns(document, (field) => JSON.stringify(field))),
    openFields(row: Record<string, string>) {
      const opened = read(row)
      let at = 0
      return changeApplication(application, () => JSON.parse(opened[names[at++]!]!))
    },
  }
}
