import { WaxsealError } from '@waxseal/core'

/** A text in which `*` stands for any characters: `tenant:*`. */
export type Pattern = string

/** Compiled once; a pattern has no other operator, so none can be costly. */
export function compilePattern(pattern: unknown): (text: string) => boolean {
  if (typeof pattern !== 'string' || pattern === '') throw new WaxsealError('config', 'a pattern is a text that is not empty')
  const [head = '', ...parts] = pattern.split('*')
  if (parts.length === 0) return (text) => text === pattern
  const tail = parts.pop()!
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false
    let at = head.length
    const end = text.length - tail.length
    for (const part of parts) {
      const found = text.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}
