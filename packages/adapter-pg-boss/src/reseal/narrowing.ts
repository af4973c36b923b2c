import { type Bind, currentHead, mayName, type Narrowing } from '@waxseal/adapter-kit/reseal'

/** The values that are asked for, as a condition. */
export function narrowed(narrowing: Narrowing, bind: Bind): string {
  if (!('notOn' in narrowing)) return mayName(narrowing, 's.value::text', bind)
  const envelope = `CASE WHEN s.at = 1 THEN s.value->>'$sealed' ELSE COALESCE(s.value->>'$error', s.value->>'$sealed') END`
  return `(${envelope} ~ ${bind(`^${currentHead(narrowing.notOn)}`)}::text) IS NOT TRUE`
}
