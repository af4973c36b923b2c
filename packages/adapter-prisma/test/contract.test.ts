import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { Prisma } from '@waxseal/prisma-clients/sqlite'
import { describe, it } from 'vitest'
import { dialects, prismaBench } from './bench.ts'
import { createSqlite } from './sqlite.ts'

rowAdapterContract({
  describe,
  it,
  harness: {
    name: 'Prisma on SQLite',
    async create() {
      const { client, close } = await createSqlite()
      return { ...prismaBench(client, Prisma.DbNull, dialects.sqlite), close }
    },
  },
})
