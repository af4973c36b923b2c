import { attacksSuite } from './attacks-suite.ts'
import { openPglite, openSqlite } from './databases.ts'

attacksSuite('a key store on PGlite, attacked', openPglite)
attacksSuite('a key store on SQLite, attacked', openSqlite)
