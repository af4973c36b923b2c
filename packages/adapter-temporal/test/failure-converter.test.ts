import {
  ActivityFailure,
  ApplicationFailure,
  ApplicationFailureCategory,
  ChildWorkflowFailure,
  DefaultFailureConverter,
  type ProtoFailure,
  defaultPayloadConverter as payloads,
  RetryState,
  TimeoutFailure,
} from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { failureConverter as sealed } from '../src/failure-converter.js'

const SECRET = 'card 4242 declined'
const plain = new DefaultFailureConverter()

/** What of a failure no codec seals: all but its payloads. */
const clearText = (failure: ProtoFailure): string =>
  JSON.stringify(failure, (key, value) => (['encodedAttributes', 'payloads'].includes(key) ? undefined : value))

const attributesOf = ({ encodedAttributes }: ProtoFailure) => payloads.fromPayload(encodedAttributes!)
const written = (error: unknown) => sealed.errorToFailure(error, payloads)
const read = (failure: ProtoFailure) => sealed.failureToError(failure, payloads) as ApplicationFailure
const declined = (options = {}) => ApplicationFailure.create({ message: SECRET, type: 'CardDeclined', ...options })

describe('a failure', () => {
  it.each<[string, unknown]>([
    ['of an application', declined({ details: [SECRET], cause: new TypeError(SECRET, { cause: declined() }) })],
    ['of an error that is none of Temporal', Object.assign(new Error(SECRET), { secret: SECRET })],
    ['of a text', SECRET],
    ['of an object', { secret: SECRET }],
    ['of an activity', new ActivityFailure(SECRET, 'charge', '1', RetryState.TIMEOUT, 'worker', declined())],
    ['of a child', new ChildWorkflowFailure('default', { workflowId: 'w' }, 'child', RetryState.TIMEOUT, declined())],
    ['of a heartbeat', new TimeoutFailure(SECRET, SECRET, 'HEARTBEAT')],
    ['whose type is no name', declined({ type: SECRET, cause: declined({ type: SECRET }) })],
  ])('%s has its texts in payloads', (_, error) => {
    const failure = written(error)
    expect(clearText(failure)).not.toContain('4242')
    expect(failure).toMatchObject({ message: 'Encoded failure', stackTrace: '' })
    expect(JSON.stringify(attributesOf(failure.cause ?? failure))).toContain('4242')
  })

  it('comes back with message, stack, details, cause and options', () => {
    const options = { details: [{ a: 1 }], nonRetryable: true, nextRetryDelay: '3s', category: ApplicationFailureCategory.BENIGN }
    const failure = written(declined({ ...options, cause: new TypeError(SECRET) }))
    expect(failure.applicationFailureInfo!.nextRetryDelay!.seconds!.toNumber()).toBe(3)
    const error = read(failure)
    const { nextRetryDelay: _, ...kept } = options
    expect(error).toMatchObject({ message: SECRET, type: 'CardDeclined', ...kept, cause: { message: SECRET } })
    expect(error.stack).toContain('failure-converter.test.ts')
  })

  it.each(['CardDeclined', 'payments.CardDeclined', 'payments/declined:soft', 'S3Error', 'Http404Error'])(
    'keeps the type %s',
    (type) => {
      expect(written(declined({ type })).applicationFailureInfo!.type).toBe(type)
    },
  )

  it.each(['alice@example.org', 'Card 4242', 'card-4242', '4242', 'x'.repeat(81), 'déclinée'])('loses the type %s', (type) => {
    expect(written(declined({ type })).applicationFailureInfo!.type).toBe('Error')
  })
})

describe('a failure that is thrown again', () => {
  it('says nothing in clear, nor do its causes, when it was written sealed', () => {
    const inner = declined({ cause: new Error(SECRET) })
    const caught = read(written(new ActivityFailure('failed', 'charge', '1', RetryState.TIMEOUT, 'worker', inner)))
    for (const error of [caught, caught.cause, declined({ cause: caught }), new Error('wrapped', { cause: caught })]) {
      const failure = written(error)
      expect(clearText(failure)).not.toContain('4242')
      expect(read(failure).message).toBe((error as Error).message)
    }
  })

  it('says nothing in clear when a worker without sealing wrote it', () => {
    const clear = plain.errorToFailure(declined({ type: SECRET, cause: declined({ cause: declined() }) }), payloads)
    expect(clearText(clear)).toContain('4242')
    const failure = written(read(clear))
    expect(clearText(failure)).not.toContain('4242')
    expect(read(failure)).toMatchObject({ message: SECRET, cause: { message: SECRET, cause: { message: SECRET } } })
  })

  it('is the same each time, and leaves the error as it was', () => {
    const caught = read(written(declined({ cause: declined() })))
    const [first, second] = [written(caught), written(caught)]
    expect(attributesOf(first)).toEqual(attributesOf(second))
    expect(attributesOf(second)).toMatchObject({ message: SECRET })
    expect(caught.failure!.message).toBe(SECRET)
  })
})
