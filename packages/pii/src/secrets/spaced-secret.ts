import type { Recogniser } from '../recogniser.js'
import { CERTAIN } from '../recogniser.js'
import { at, nameBefore, QUOTED, UNQUOTED } from './assignment.js'
import { isPlaceholder } from './opacity.js'
import { PASSWORD, secretName } from './secret-name.js'
import { isSecretValue } from './value.js'

/** `password is ...`, as people write to each other. */
const TOLD = / (?:is|was) (?=["']?\S)/y

/** `--token ...`, `password is ...`: nothing but spaces between name and value. */
export const spacedSecret: Recogniser = {
  type: 'SECRET',
  rule: 'spaced-secret',
  prefixes: ['token', 'password', 'secret', 'key', 'pass', 'pwd', 'Password'],
  match(text, _start, end) {
    if (text.charCodeAt(end) !== 32 || text.charCodeAt(end - 1) === 115) return undefined
    const name = nameBefore(text, end)
    const told = at(TOLD, text, end)
    const kind = told !== undefined || name.startsWith('--') ? secretName(name) : undefined
    if (kind === undefined || (told && kind !== PASSWORD)) return undefined
    let from = end + (told?.length ?? 1)
    const quote = text.charAt(from)
    const isQuoted = quote === '"' || quote === "'"
    if (isQuoted) from++
    const value = at(isQuoted ? (QUOTED[quote] as RegExp) : UNQUOTED, text, from)
    if (value === undefined || value.startsWith('-') || !isSecretValue(value, kind, isQuoted)) return undefined
    return { start: from, end: from + value.length, score: CERTAIN, validated: false }
  },
}

const NETRC = /machine\s{1,9}\S{1,128}\s{1,9}(?:login\s{1,9}\S{1,128}\s{1,9})?password\s{1,9}(\S{4,256})/y

/** `machine host login user password ...`, as in `.netrc`. */
export const netrc: Recogniser = {
  type: 'SECRET',
  rule: 'netrc',
  prefixes: ['machine'],
  match(text, start) {
    NETRC.lastIndex = start
    const value = NETRC.exec(text)?.[1]
    if (value === undefined || isPlaceholder(value)) return undefined
    return { start: NETRC.lastIndex - value.length, end: NETRC.lastIndex, score: CERTAIN, validated: false }
  },
}
