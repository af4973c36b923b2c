import { Buffer } from 'buffer/'

// The package `buffer` lacks one encoding that Node has.
const toUrl = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
const fromUrl = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/')

const { from } = Buffer
const { toString: asText } = Buffer.prototype

Buffer.from = ((value: unknown, encoding: unknown, ...rest: unknown[]) =>
  typeof value === 'string' && encoding === 'base64url'
    ? Reflect.apply(from, Buffer, [fromUrl(value), 'base64'])
    : Reflect.apply(from, Buffer, [value, encoding, ...rest])) as typeof Buffer.from

Buffer.prototype.toString = function (encoding, ...rest) {
  return encoding === ('base64url' as string) ? toUrl(asText.call(this, 'base64')) : asText.call(this, encoding, ...rest)
}

export { Buffer }
