import { describe } from 'vitest'
import { openSqlite } from './databases.ts'
import { querySuite } from './query-suite.ts'

describe('SQLite', () => querySuite(() => openSqlite()))
