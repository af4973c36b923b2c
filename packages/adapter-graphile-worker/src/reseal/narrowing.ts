import { type Bind, currentHead, mayName, type Narrowing } from '@waxseal/adapter-kit/reseal'

/** The parts that are asked for, as a condition on their text. */
export function narrowed(narrowing: Narrowing, bind: Bind): string {
  if (!('notOn' in narrowing)) return mayName(narrowing, 's.value', bind)
  const current = `${currentHead(narrowing.notOn)}[^"\\s]*`
  // One envelope in an object without further ones, or in the line of an error.
  const moved = `^([{][^][{}]*"[$]sealed": ?"${current}"[^][{}]*[}]|[A-Za-z]+: \\[sealed\\]( \\([a-z_]+\\))? ${current})$`
  return `s.value !~ ${bind(moved)}::text`
}
