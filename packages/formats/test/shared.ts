import { readFileSync } from 'node:fs'
import { shared } from '@waxseal/test/shared'

const file = shared('data/system-formats.json')

/** The fixed-key vectors of other systems' layouts; undefined where they do not lie beside the repository. */
export const vectors = file && JSON.parse(readFileSync(file, 'utf8'))

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
