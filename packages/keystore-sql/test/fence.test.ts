import { openPglite, openSqlite } from './databases.ts'
import { fenceSuite } from './fence-suite.ts'

fenceSuite('a fence on PGlite', openPglite)
fenceSuite('a fence on SQLite', openSqlite)
