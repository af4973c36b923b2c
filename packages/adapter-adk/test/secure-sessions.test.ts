import { secureSqlite } from './secure-hosts.js'
import { secureSessionsSuite } from './secure-sessions-suite.js'

secureSessionsSuite('secure sessions on SQLite', secureSqlite)
