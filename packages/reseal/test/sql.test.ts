import { openPglite, openSqlite } from './databases.ts'
import { sqlSuite } from './sql-suite.ts'

sqlSuite('tables on PGlite', openPglite)
sqlSuite('tables on SQLite', openSqlite)
