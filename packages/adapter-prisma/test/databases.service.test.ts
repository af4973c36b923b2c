import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { Prisma as Mysql, PrismaClient as MysqlClient } from '@waxseal/prisma-clients/mysql'
import { PrismaClient as PostgresClient, Prisma as Postgresql } from '@waxseal/prisma-clients/postgresql'
import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialects, prismaBench, withTables } from './bench.ts'
import { extensionSuite } from './extension-suite.ts'
import { shop } from './shop.ts'

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  const create = () => {
    const { port, user, database } = server
    return new PostgresClient({ adapter: new PrismaPg({ host: '127.0.0.1', port, user, database }) })
  }
  extensionSuite('the extension', dialects.postgresql, async () => {
    const client = create()
    return { client, close: () => client.$disconnect(), DbNull: Postgresql.DbNull, JsonNull: Postgresql.JsonNull }
  })
  rowAdapterContract({
    describe,
    it,
    harness: {
      name: 'Prisma on PostgreSQL',
      create: async () => prismaBench(await withTables(create(), dialects.postgresql), Postgresql.DbNull, dialects.postgresql),
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

  const create = () => {
    const { port, user, database } = server
    return new MysqlClient({ adapter: new PrismaMariaDb({ host: '127.0.0.1', port, user, database }) })
  }
  extensionSuite('the extension', dialects.mysql, async () => {
    const client = create()
    return { client, close: () => client.$disconnect(), DbNull: Mysql.DbNull, JsonNull: Mysql.JsonNull }
  })
  rowAdapterContract({
    describe,
    it,
    harness: {
      name: 'Prisma on MariaDB',
      create: async () => prismaBench(await withTables(create(), dialects.mysql), Mysql.DbNull, dialects.mysql),
    },
  })

  it('seals for the row that is there, where the database takes another spelling for the same', async () => {
    const base = await withTables(create(), dialects.mysql)
    const prisma = base.$extends(shop())
    await prisma.order.create({ data: { id: 'o1', customerId: 'c1', shopId: 1, note: 'one' } })
    for (const id of ['O1', 'o1 ']) await prisma.order.update({ where: { id }, data: { note: id } })
    expect(await prisma.order.findUnique({ where: { id: 'O1' } })).toMatchObject({ id: 'o1', note: 'o1 ' })
    expect(await prisma.order.updateMany({ where: { id: 'O1' }, data: { note: 'many' } })).toEqual({ count: 1 })
    expect(await prisma.order.findFirst()).toMatchObject({ id: 'o1', note: 'many' })
    await base.$disconnect()
  })
})
