import { realpath } from 'node:fs/promises'
import { generateKey } from '@waxseal/core'
import { fileKeys } from '@waxseal/keys-env'
import type { KeygenOptions } from '../commands/keygen.js'
import { usage } from '../failure.js'
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
  const { print, note, json } = createTerminal(options)
  const { output, add } = options
  if (output !== undefined && add !== undefined)
    throw usage('--output begins a list and --add goes on with one: give one of them')
  if (options.kid !== undefined && !KID.test(options.kid)) throw usage('--kid is 1 to 64 characters of a-z, 0-9 and -')
  // Whether it is a list of keys, and closed to others, is for what will read it to say.
  if (add !== undefined) await fileKeys(add).close?.()
  const list = add === undefined ? '' : named(await readText(add))
  const kids = kidsOf(list)
  const kid = options.kid ?? nextKid(kids)
  if (kids.includes(kid)) throw usage(`there is a key ${kid} in that list`, 'Leave --kid out, or give another one.')
  const entry = `${kid}:${generateKey()}`
  const file = output ?? add
  if (file === undefined) {
    print(json ? JSON.stringify({ kid, entry }) : entry)
    return
  }
  // A link stays one: what it points at is what is read elsewhere.
  await writeFileWhole(add === undefined ? file : await realpath(add), `${entry}\n${list}`, {
    mode: 0o600,
    replace: add !== undefined,
  })
  if (json) print(JSON.stringify({ kid, file, opens: [kid, ...kids] }))
  else
    note(
      `${kid} seals now${kids.length > 0 ? `; ${kids.join(', ')} still open` : ''}. Use it with --keys file://<absolute path>.`,
    )
}
