import { PrismaPg } from '@prisma/adapter-pg'
import { sealed, sealedColumn } from '@waxseal/adapter-prisma'
import { PrismaClient } from '@waxseal/prisma-clients/notes'
import type { OpenOrm } from '../orm.ts'

export const openPrisma: OpenOrm = async ({ pool, sealer }) => {
  const plain = new PrismaClient({ adapter: new PrismaPg(pool) })
  const extended = plain.$extends(
    sealed({ sealer, app: 'bench', models: { SealedNote: { row: 'id', columns: { note: sealedColumn<string>() } } } }),
  )
  return {
    async fill(notes) {
      await plain.plainNote.createMany({ data: [...notes] })
      await extended.sealedNote.createMany({ data: [...notes] })
    },
    readPlain: () => plain.plainNote.findMany(),
    readSealed: () => plain.sealedNote.findMany(),
    readOpened: () => extended.sealedNote.findMany(),
    close: () => plain.$disconnect(),
  }
}
