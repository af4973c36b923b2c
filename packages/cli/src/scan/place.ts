/** Names that are data and no names: numbers, UUIDs, long hexadecimal. */
const IS_ID = /^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|[\w.+-]+@[\w.-]+)$/i

/** A pointer with `*` for elements of lists and for names that are data: where such a value stands in every record. */
export const placeOf = (pointer: string, isPersonal: (name: string) => boolean): string =>
  pointer
    .split('/')
    .map((token) => (IS_ID.test(token) || isPersonal(token.replaceAll('~1', '/').replaceAll('~0', '~')) ? '*' : token))
    .join('/')
