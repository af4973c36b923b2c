import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { Prisma as Mysql, PrismaClient as MysqlClient } from '@waxseal/prisma-clients/mysql'
import { PrismaClient as PostgresClient, Prisma as Postgresql } from '@waxseal/prisma-clients/postgresql'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { dialects, prismaBench, withTables } from './bench.ts'

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  const create = async () => {
    const { port, user, database } = server
    const client = new PostgresClient({ adapter: new PrismaPg({ host: '127.0.0.1', port, user, database }) })
    return withTables(client, dialects.postgresql)
  }
  rowAdapterContract({
    describe,
    it,
    harness: {
      name: 'Prisma on PostgreSQL',
      create: async () => prismaBench(await create(), Postgresql.DbNull, dialects.postgresql),
    },
  })
})

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server?.stop())

  const create = async () => {
    const { port, user, database } = server
    const client = new MysqlClient({ adapter: new PrismaMariaDb({ host: '127.0.0.1', port, user, database }) })
    return withTables(client, dialects.mysql)
  }
  rowAdapterContract({
    describe,
    it,
    harness: { name: 'Prisma on MariaDB', create: async () => prismaBench(await create(), Mysql.DbNull, dialects.mysql) },
  })
})
