import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folder, KEYS, program } from './waxseal.js'

/** Nobody, to whom permissions mean something: to root they mean nothing. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
  if (NOBODY.uid) chownSync(home.path, NOBODY.uid, NOBODY.gid)
  writeFileSync(home.at('in.jsonl'), `${JSON.stringify({ card: '4111 1111 1111 1111' })}\n`.repeat(5000))
})
afterEach(() => {
  for (const name of readdirSync(home.path)) chmodSync(home.at(name), 0o755)
  home.remove()
})

/** A line of the shell, in which `waxseal` is the command. */
function shell(script: string) {
  const { status, stderr } = spawnSync('bash', ['-c', `waxseal() { "${process.execPath}" "${program}" "$@"; }\n${script}`], {
    cwd: home.path,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', WAXSEAL_KEYS: KEYS, HOME: undefined, XDG_CACHE_HOME: undefined },
    ...NOBODY,
  })
  return { code: status, err: stderr.replaceAll(`${home.path}/`, '') }
}
const SEAL = 'waxseal seal in.jsonl --jsonl -c app=x'

describe('a disk that is full', () => {
  it.each([
    [`ulimit -f 64; ${SEAL} -o out`, 'larger than the limit'],
    [`ulimit -f 64; ${SEAL} > out`, 'larger than the limit'],
    [`${SEAL} -o /dev/full`, 'no space is left on the device'],
    [`${SEAL} > /dev/full`, 'no space is left on the device'],
    ['waxseal inspect <(waxseal seal in.jsonl --text -c app=x) > /dev/full', 'no space is left on the device'],
    ['waxseal scan in.jsonl --json > /dev/full', 'no space is left on the device'],
  ])('is told: %s', (script, message) => {
    const { code, err } = shell(script)
    expect([code, err]).toEqual([1, expect.stringContaining(message)])
    expect(readdirSync(home.path).filter((name) => name.startsWith('.'))).toEqual([])
    if (script.includes('-o out')) expect(readdirSync(home.path)).toEqual(['in.jsonl'])
  })

  it('takes nothing of the file that was to be replaced', () => {
    writeFileSync(home.at('out'), 'precious')
    expect(shell(`ulimit -f 64; ${SEAL} -o out --force`).code).toBe(1)
    expect(readFileSync(home.at('out'), 'utf8')).toBe('precious')
    expect(readdirSync(home.path)).toEqual(['in.jsonl', 'out'])
  })
})

describe('permissions', () => {
  it('keep a folder as it is', () => {
    mkdirSync(home.at('closed'))
    chmodSync(home.at('closed'), 0o555)
    expect(shell(`${SEAL} -o closed/out`)).toEqual({ code: 1, err: 'waxseal: closed/out: permission denied\n' })
    expect(shell('waxseal keygen -o closed/keys')).toEqual({ code: 1, err: 'waxseal: closed/keys: permission denied\n' })
    expect(shell(`waxseal scan in.jsonl --html closed/report.html`).code).toBe(1)
    expect(readdirSync(home.at('closed'))).toEqual([])
  })

  it('keep what may not be read from being read', () => {
    writeFileSync(home.at('secret'), 'x', { mode: 0 })
    for (const command of ['seal secret -c app=x', 'open secret -c app=x', 'inspect secret', 'scan secret --format txt'])
      expect(shell(`waxseal ${command}`)).toEqual({ code: 1, err: 'waxseal: secret: permission denied\n' })
  })

  it('keep a key file as it is', () => {
    mkdirSync(home.at('closed'))
    writeFileSync(home.at('closed/keys'), KEYS, { mode: 0o400 })
    if (NOBODY.uid) chownSync(home.at('closed/keys'), NOBODY.uid, NOBODY.gid)
    chmodSync(home.at('closed'), 0o555)
    expect(shell('waxseal keygen --add closed/keys')).toEqual({ code: 1, err: 'waxseal: closed/keys: permission denied\n' })
    expect(readFileSync(home.at('closed/keys'), 'utf8')).toBe(KEYS)
  })
})
