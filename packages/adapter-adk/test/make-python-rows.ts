// Has adk-secure-sessions write the rows of python-rows.json, for machines that have no Python of its age.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { installAdkSecureSessions } from '@waxseal/services'
import { pythonEvent } from './python-events.ts'

const AES = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
const state = { name: 'Zoë 北京 🔑', list: [1, null, { a: 0.5 }], 'user:tier': 'gold', 'app:motd': { hi: true }, 'temp:x': 1 }
const calls = [
  ['create', 's1', state],
  ['append', 's1', [pythonEvent(1_900_000_000)]],
]

const python = await installAdkSecureSessions()
const written = Object.entries({ aesGcm: AES, fernet: 'correct horse – ü' }).map(([kind, key]) => {
  const file = join(mkdtempSync(join(tmpdir(), 'waxseal-adk-')), 'rows.db')
  execFileSync(python, [join(import.meta.dirname, 'upstream.py'), JSON.stringify({ file, keys: { [kind]: key }, calls })])
  const db = new DatabaseSync(file)
  const tables = ['sessions', 'app_states', 'user_states', 'events'].map((table) => [
    table,
    db.prepare(`select * from ${table}`).all(),
  ])
  return { by: 'adk-secure-sessions 1.3.1 on google-adk 2.13.0', keys: { [kind]: key }, tables: Object.fromEntries(tables) }
})
writeFileSync(join(import.meta.dirname, 'python-rows.json'), `${JSON.stringify(written, null, 2)}\n`)
