import type { RecogniserSet, Terms } from '../recogniser.js'
import { latin } from './languages/latin.js'
import { modifiers } from './languages/modifiers.js'
import { scripts } from './languages/scripts.js'

/** Rows are `TYPE|names|near`; what is indented belongs to the row above. */
const termsOf = (table: string): Terms[] =>
  table
    .trim()
    .split(/\n(?=\S)/)
    .map((row) => {
      const [type = '', names = '', near = ''] = row.split('|')
      return { type, names, near }
    })

const create = (): RecogniserSet => ({ recognisers: [], terms: [latin, scripts].flatMap(termsOf), modifiers })

/**
 * What fields are called, and what words speak for a value, in some thirty languages beside English: those of Europe, Arabic, Hebrew,
 * Hindi, Indonesian, Malay, Vietnamese, Thai, Chinese, Japanese and Korean. It recognises nothing of its own.
 */
export const languages: RecogniserSet = /* @__PURE__ */ create()
