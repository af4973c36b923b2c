import { openPglite, openSqlite } from './databases.ts'
import { keystoreSuite } from './keystore-suite.ts'

keystoreSuite('a key store on PGlite', openPglite)
keystoreSuite('a key store on SQLite', openSqlite)
