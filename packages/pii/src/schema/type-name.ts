import { fail } from '../pii-error.js'

type IsUpper<C extends string> = C extends Lowercase<C> ? false : true
type IsSeparator<C extends string> = C extends '' | '_' | '-' ? true : false
type OpensLower<S extends string> = S extends `${infer C}${string}` ? (C extends Uppercase<C> ? false : true) : false
/** Whether a word begins at a capital: behind a small letter or a digit, or as the last of several capitals. */
type IsHump<Before extends string, C extends string, Rest extends string> =
  IsUpper<C> extends true
    ? IsSeparator<Before> extends true
      ? false
      : IsUpper<Before> extends true
        ? OpensLower<Rest>
        : true
    : false
type Snake<S extends string, Before extends string = ''> = S extends `${infer C}${infer Rest}`
  ? `${IsHump<Before, C, Rest> extends true ? '_' : ''}${C extends '-' ? '_' : Uppercase<C>}${Snake<Rest, C>}`
  : ''
type Dashless<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}_${Dashless<Tail>}` : S

/** The name of a type as `typeName` writes it. */
export type TypeName<Name extends string> = string extends Name
  ? string
  : Name extends Uppercase<Name>
    ? Dashless<Name>
    : Snake<Name>

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/
const HUMP = /[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g

/**
 * A type as the detector writes it, from any spelling: `creditCard`, `credit-card` and `credit_card` are `CREDIT_CARD`.
 * `config` where it is not letters, digits, `_` and `-`, a letter first.
 */
export function typeName<const Name extends string>(name: Name): TypeName<Name> {
  if (typeof name !== 'string' || !NAME.test(name)) fail('config', 'a type is letters, digits, _ and -, a letter first')
  const parted = /[a-z]/.test(name) ? name.replace(HUMP, '$&_') : name
  return parted.replaceAll('-', '_').toUpperCase() as TypeName<Name>
}
