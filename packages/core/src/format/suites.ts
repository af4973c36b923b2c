/** How a caller names a suite. */
export type Suite = 'aes-256-gcm' | 'chacha20-poly1305'

/** One row of the suite table (spec sections 2 to 4). */
export interface SuiteRow {
  readonly id: number
  /** The name in the string form. */
  readonly token: 'c256' | 'c20'
  readonly suite: Suite
  /** The IANA name that enters `info`. */
  readonly aead: string
}

export const SUITES: readonly SuiteRow[] = [
  { id: 0x01, token: 'c256', suite: 'aes-256-gcm', aead: 'AEAD_AES_256_GCM' },
  { id: 0x02, token: 'c20', suite: 'chacha20-poly1305', aead: 'AEAD_CHACHA20_POLY1305' },
]

export const suiteById = (id: number): SuiteRow | undefined => SUITES.find((row) => row.id === id)
export const suiteByName = (suite: string): SuiteRow | undefined => SUITES.find((row) => row.suite === suite)

/** What was sealed; not stored, fixed by the operation that opens (spec section 1). */
export const FORM = { value: 1, bundle: 2, inline: 3, wrap: 4 } as const
export type Form = (typeof FORM)[keyof typeof FORM]
