import { HIGH, LOW, type Match, MEDIUM, type Recogniser } from '../recogniser.js'
import { afterEscape, endAt, matchAt } from '../text/boundaries.js'
import { CLASSES, isWord, WORD } from '../text/characters.js'
import { UNSPACED } from '../text/words.js'

const MAX_LOCAL = 64
const MAX_DOMAIN = 255
const MAX_LABEL = 63
/** A top-level domain: letters, or the ASCII form of others. */
const TOP = /^(?:xn--[a-zA-Z0-9-]{2,59}|[a-zA-Z\u00c0-\uffff]{2,63})$/
/** Letters of other scripts begin here, behind the signs of Latin-1. */
const LETTERS = 0xc0
const LOCAL = /* @__PURE__ */ CLASSES.map((kind) => kind & WORD)
for (const sign of "._%+-~!#$*^'") LOCAL[sign.charCodeAt(0)] = 1
const LITERAL = /\[(?:\d{1,3}\.){3}\d{1,3}\]/y
const TOP_ASCII = /\.[a-zA-Z]{2,}$/
const MAX_UNSPACED_TOP = 4
const FOREIGN = /[^\0-\x7f]/
/** Letters of Latin with an accent are of the same word. */
const ASCII_HEAD = /^[a-zA-Z]{2,}(?![a-zA-Z\u00c0-\u024f]|[\u0300-\u036f])/
/** What follows an @ in file names and package references, but is no top-level domain. */
const FILES = /^(?:png|jpe?g|gif|svg|webp|css|jsx?|tsx?|json|html?|ya?ml|md|tgz|gz)$/i

/** A letter, or a mark, of another script: not a quotation mark, a bullet or a bracket of theirs. */
const isForeign = (code: number) =>
  code >= LETTERS &&
  !(code >= 0x2010 && code <= 0x2bff) &&
  !(code >= 0x3000 && code <= 0x3020 && code !== 0x3005 && code !== 0x3007)
const isUnspaced = (text: string, at: number) => text.charCodeAt(at) > 0xdff && UNSPACED.test(text.charAt(at))

/** Where the local part begins; -1 where none is well-formed. */
function localStart(text: string, at: number): number {
  let start = at
  const unspaced = isUnspaced(text, at - 1)
  while (start > 0 && at - start <= MAX_LOCAL) {
    const code = text.charCodeAt(start - 1)
    if (code < 128 ? LOCAL[code] === 0 : !isForeign(code) || isUnspaced(text, start - 1) !== unspaced) break
    // Three dots are of the sentence before.
    if (code === 46 && text.startsWith('..', start - 3)) break
    start--
  }
  while (start < at && text.charCodeAt(start) === 39) start++
  if (afterEscape(text, start + 1)) start++
  if (start === at || at - start > MAX_LOCAL || text.charCodeAt(start) === 46 || text.charCodeAt(at - 1) === 46) return -1
  return text.slice(start, at).includes('..') ? -1 : start
}

/** `user:password@host` in a URL is no address. */
function isUserinfo(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1)
  return (before === 58 || before === 47) && /:\/\/[^\s/?#]{0,80}$/.test(text.slice(Math.max(0, start - 90), start))
}

/** Behind an ideographic full stop a sentence goes on, not the domain. */
function shorter(domain: string, from: number): number {
  const end = domain.lastIndexOf('.')
  return TOP_ASCII.test(domain.slice(0, end)) ? from + end : -1
}

/** A word behind a dash is not of the domain: `jane@example.com-thanks`. */
function dashed(text: string, from: number, domain: string, top: string): number {
  const [name = ''] = top.split('-', 1)
  if (name === top || !/^[a-zA-Z]{2,24}$/.test(name) || FILES.test(name)) return -1
  const end = from + domain.length - top.length + name.length
  return isWord(text.charCodeAt(end)) ? -1 : end
}

/** The end of labels of letters, digits and inner dashes, joined by dots; what follows the last whole label is left. */
function nameEnd(text: string, from: number): number {
  let end = from
  let label = 0
  for (let at = from; at < text.length && at - from < MAX_DOMAIN; at++) {
    const code = text.charCodeAt(at)
    if (code < 128 ? isWord(code) : isForeign(code)) {
      if (++label > MAX_LABEL) break
      end = at + 1
    } else if (code === 45 && label > 0) {
      if (++label > MAX_LABEL) break
    } else if (code === 46 && end === at && label > 0) label = 0
    else break
  }
  return end
}

function domainEnd(text: string, from: number): number {
  if (text.charCodeAt(from) === 91) return endAt(LITERAL, text, from)
  const stop = nameEnd(text, from)
  const domain = text.slice(from, stop)
  const dot = domain.lastIndexOf('.')
  if (dot < 1) return -1
  const top = domain.slice(dot + 1)
  if (!TOP.test(top)) return dashed(text, from, domain, top)
  if (FILES.test(top)) return -1
  // A script without spaces goes on behind the address.
  const ascii = FOREIGN.test(top) ? ASCII_HEAD.exec(top)?.[0] : top
  if (!ascii && top.length > MAX_UNSPACED_TOP && UNSPACED.test(top)) return shorter(domain, from)
  const end = from + domain.length - (ascii && !top.startsWith('xn--') ? top.length - ascii.length : 0)
  const after = text.charCodeAt(end)
  return isWord(after) || after === 64 || (after === 95 && isWord(text.charCodeAt(end + 1))) ? -1 : end
}

/**
 * E-mail addresses: dot-atoms of RFC 5321 as people use them, letters of every script (RFC 6531), address literals; local part at most
 * 64, domain at most 255 characters.
 */
const written: Recogniser = {
  type: 'EMAIL',
  characters: '@',
  match(text, at): Match | undefined {
    const start = localStart(text, at)
    if (start < 0 || isUserinfo(text, start)) return undefined
    const end = domainEnd(text, at + 1)
    if (end < 0) return undefined
    // git@host:path is a remote, not a mailbox.
    if (text.charCodeAt(end) === 58 && text.slice(start, at) === 'git') return undefined
    return { start, end, score: HIGH, validated: false }
  },
}

const AFTER_AT =
  /at( ?[\])}>] ?| )[a-z0-9][a-z0-9-]{0,62}(?:(?:\.| ?[[({<] ?dot ?[\])}>] ?| dot )[a-z0-9-]{1,63}){0,4}(?:\.| ?[[({<] ?(dot) ?[\])}>] ?| (dot) )[a-z]{2,24}(?![a-z0-9])/iy

/** `jane [at] example [dot] com`, as people write to escape harvesters; without brackets and `dot` only beside a word for e-mail. */
const spelled: Recogniser = {
  type: 'EMAIL',
  prefixes: ['at', 'AT', 'At'],
  match(text, start, end): Match | undefined {
    if (end - start !== 2) return undefined
    const after = matchAt(AFTER_AT, text, start)
    if (!after) return undefined
    // Brackets open before and close behind.
    const bracketed = /[\])}>]/.test(after[1] as string)
    let stop = start
    if (text.charCodeAt(stop - 1) === 32) stop--
    if (bracketed) {
      if (!'[({<'.includes(text.charAt(--stop))) return undefined
      if (text.charCodeAt(stop - 1) === 32) stop--
    }
    const first = stop === start ? -1 : localStart(text, stop)
    if (first < 0) return undefined
    const dotted = after[2] !== undefined || after[3] !== undefined
    const score = bracketed ? HIGH : dotted ? MEDIUM : LOW
    return { start: first, end: start + after[0].length, score, validated: false }
  },
}

/** E-mail addresses, written and spelled out. */
export const email: readonly Recogniser[] = [written, spelled]
