import { realpath } from 'node:fs/promises'
import { generateKey } from '@waxseal/core'
import { fileKeys } from '@waxseal/keys-env'
import type { KeygenOptions } from '../commands/keygen.js'
import { usage } from '../failure.js'
import { withLock } from '../io/lock.js'
import { readText } from '../io/read.js'
import { writeFileWhole } from '../io/whole-file.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'

const KID = /^[a-z0-9-]{1,64}$/

const kidsOf = (list: string): string[] =>
  list
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('#'))
    .map((entry) => (entry.includes(':') ? entry.slice(0, entry.indexOf(':')).replace(/~.*$/, '') : 'k1'))

/** `k` and the number behind the highest that is there. */
function nextKid(kids: readonly string[]): string {
  const numbers = kids.map((kid) => Number(/^k(\d{1,15})$/.exec(kid)?.[1] ?? 0))
  return `k${Math.max(0, ...numbers) + 1}`
}

/** An entry without an id stands for k1, which it only does while it is alone. */
const named = (list: string): string => list.replace(/^(?!#)([^\s:,#]+)$/gm, 'k1:$1')

export async function keygen(options: KeygenOptions & TerminalOptions): Promise<void> {
  const { output, add } = options
  if (output !== undefined && add !== undefined)
    throw usage('--output begins a list and --add goes on with one: give one of them')
  if (options.kid !== undefined && !KID.test(options.kid)) throw usage('--kid is 1 to 64 characters of a-z, 0-9 and -')
  if (add === undefined) return makeKey(options, undefined)
  // Whether it is a list of keys, and closed to others, is for what will read it to say.
  await fileKeys(add).close?.()
  // A link stays one: what it points at is what is read elsewhere.
  const list = await realpath(add)
  await withLock(list, () => makeKey(options, list))
}

async function makeKey(options: KeygenOptions & TerminalOptions, listFile: string | undefined): Promise<void> {
  const { print, note, json } = createTerminal(options)
  const list = listFile === undefined ? '' : named(await readText(listFile))
  const kids = kidsOf(list)
  const kid = options.kid ?? nextKid(kids)
  if (kids.includes(kid)) throw usage(`there is a key ${kid} in that list`, 'Leave --kid out, or give another one.')
  const entry = `${kid}:${generateKey()}`
  const { add, output = add } = options
  if (output === undefined) {
    print(json ? JSON.stringify({ kid, entry }) : entry)
    return
  }
  await writeFileWhole(listFile ?? output, `${entry}\n${list}`, { mode: 0o600, replace: listFile !== undefined })
  if (json) print(JSON.stringify({ kid, file: output, opens: [kid, ...kids] }))
  else
    note(
      `${kid} seals now${kids.length > 0 ? `; ${kids.join(', ')} still open` : ''}. Use it with --keys file://<absolute path>.`,
    )
}
