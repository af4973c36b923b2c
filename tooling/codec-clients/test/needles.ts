import { type Canary, createCanaries } from '@waxseal/conformance/leak-probe'

const { ascii } = createCanaries('codec-clients')

/** What nobody may find where it was sealed. */
export const SECRET = ascii.value
/** The number of a card of a test, of no bank. */
export const CARD = '4111 1111 1111 1111'

export const needles: readonly Canary[] = [ascii, { id: 'codec-clients.card', value: CARD }]
