import { openPglite, openSqlite } from '@waxseal/databases'
import { reapSuite } from './reap-suite.ts'

reapSuite('tables of the reaper on PGlite', openPglite)
reapSuite('tables of the reaper on SQLite', openSqlite)
