import { createDetector, pinoRedaction, redactConsole, redactDocument, redactError, redactText } from '@waxseal/pii'
import pino from 'pino'

// #region redact
const detector = createDetector()

console.log(redactText('write to ada@example.com', { detector })) // write to a•••@example.com
console.log(redactText('write to ada@example.com', { detector, replace: 'type' })) // write to [EMAIL]
console.log(redactDocument({ cvv: 123, at: 1764115200000 }, { detector })) // { cvv: '••••••••', at: 1764115200000 }

const error = redactError(new TypeError('no such user: ada@example.com'), { detector })
console.log(`${error}`, error instanceof TypeError) // TypeError: no such user: a•••@example.com true
// #endregion

// #region pino
const lines: string[] = []
const logger = pino({ ...pinoRedaction({ detector }), base: null, timestamp: false }, { write: (line) => lines.push(line) })
logger.child({ user: { email: 'ada@example.com' } }).info('card %s', '4111 1111 1111 1111')
console.log(lines.join('').trim()) // {"level":30,"user":{"email":"a•••@example.com"},"msg":"card •••• 1111"}
// #endregion

// #region console
const safe = redactConsole(globalThis.console, { detector })
{
  const console = safe
  console.log('signed in: %s', 'ada@example.com') // signed in: a•••@example.com
}
// #endregion
