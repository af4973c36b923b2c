import { memoryHost, sqliteHost } from './hosts.js'
import { paritySuite } from './parity-suite.js'
import { storedSuite } from './stored-suite.js'

paritySuite('like the service in memory', memoryHost)
paritySuite('like the service on SQLite', sqliteHost)
storedSuite('stored on SQLite', sqliteHost)
