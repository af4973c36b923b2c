import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { messageOf } from './document-state.js'
import { agoText, contextsOf, timeText, visible } from './format.js'
import { createPages } from './pages.js'
import { call, identity } from './session.js'

interface AuditRecord {
  readonly seq: number
  readonly at: number
  readonly actor: string
  readonly operation: string
  readonly subject: string | null
  readonly outcome: string
  readonly details: Readonly<Record<string, string | number | boolean | null>>
}

interface Filter {
  readonly actor?: string
  readonly operation?: string
  readonly from?: number
  readonly to?: number
}

const OPERATIONS = [
  'codec.open',
  'codec.inspect',
  'codec.decode',
  'codec.encode',
  'codec.keys',
  'codec.audit',
  'codec.whoami',
  'codec.samples',
]
const OUTCOMES = ['clear', 'masked', 'withheld', 'refused', 'failed', 'unavailable', 'sealed']
const LISTS = ['contexts', 'failedContexts', 'refusedContexts']
const TAMPERED = 'A record is not what was written: the trail was changed.'

const MAX_CONTEXTS = 4

function Contexts({ record, name }: { readonly record: AuditRecord; readonly name: string }) {
  const text = record.details[name]
  if (typeof text !== 'string' || text === '') return null
  const contexts = contextsOf(text)
  return (
    <ul class={`contexts${name !== 'contexts' ? ' refused' : ''}`}>
      {contexts.slice(0, MAX_CONTEXTS).map((context, at) => (
        <li key={at}>
          {typeof context === 'string' ? (
            <bdi>{visible(context)}</bdi>
          ) : (
            Object.entries(context).map(([pair, value]) => (
              <span key={pair} class="pair">
                <bdi class="faint">{visible(pair)}</bdi> <bdi>{visible(String(value))}</bdi>
              </span>
            ))
          )}
        </li>
      ))}
      {contexts.length > MAX_CONTEXTS && <li class="faint">{`${contexts.length - MAX_CONTEXTS} more`}</li>}
    </ul>
  )
}

function Line({ record }: { readonly record: AuditRecord }) {
  const { seq, at, actor, operation, outcome, details, subject } = record
  const counts = OUTCOMES.filter((name) => typeof details[name] === 'number')
  const { purpose, reason, kids } = details
  return (
    <tr>
      <th scope="row" class="number">
        {seq}
      </th>
      <td data-label="When">
        <time dateTime={new Date(at).toISOString()} title={timeText(new Date(at))}>
          {agoText(new Date(at), Date.now())}
        </time>
      </td>
      <td data-label="Who">
        <bdi>{visible(actor)}</bdi>
      </td>
      <td data-label="What">
        <bdi>{visible(operation.replace(/^codec\./, ''))}</bdi>
        {outcome !== 'ok' && <span class="outcome outcome-bad">{visible(outcome)}</span>}
        {counts.map((name) => (
          <span key={name} class={`outcome outcome-${name}`}>
            {String(details[name])} {name === 'clear' ? 'in clear' : name}
          </span>
        ))}
      </td>
      <td data-label="Where" class="where">
        {subject && <bdi>{visible(subject)}</bdi>}
        {LISTS.map((name) => (
          <Contexts key={name} record={record} name={name} />
        ))}
        {typeof kids === 'string' && (
          <small class="faint">
            key <bdi>{visible(kids)}</bdi>
          </small>
        )}
      </td>
      <td data-label="Why">
        {reason && <bdi>{visible(String(reason))}</bdi>}
        {purpose && (
          <small class="faint">
            <bdi>{visible(String(purpose))}</bdi>
          </small>
        )}
      </td>
    </tr>
  )
}

const timeOf = (text: string): number | undefined => (text ? new Date(text).getTime() : undefined)

function Filters({ onFilter }: { readonly onFilter: (filter: Filter) => void }) {
  const form = useRef<HTMLFormElement>(null)
  const submit = (event: Event) => {
    event.preventDefault()
    const data = new FormData(form.current!)
    const text = (name: string) => String(data.get(name) ?? '').trim()
    const [from, to] = [timeOf(text('from')), timeOf(text('to'))]
    onFilter({
      ...(text('actor') && { actor: text('actor') }),
      ...(text('operation') && { operation: text('operation') }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    })
  }
  return (
    <form ref={form} class="filters" onSubmit={submit}>
      <label class="field">
        <span>Who</span>
        <input name="actor" autocomplete="off" placeholder="anybody" />
      </label>
      <label class="field">
        <span>What</span>
        <input name="operation" autocomplete="off" list="operations" placeholder="anything" />
      </label>
      <datalist id="operations">
        {OPERATIONS.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label class="field">
        <span>From</span>
        <input name="from" type="datetime-local" />
      </label>
      <label class="field">
        <span>To</span>
        <input name="to" type="datetime-local" />
      </label>
      <button type="submit">Filter</button>
    </form>
  )
}

function Verify() {
  const state = useSignal<'' | 'busy' | 'ok' | 'bad'>('')
  const text = useSignal('')
  const verify = async () => {
    state.value = 'busy'
    try {
      const verdict = await call<{ ok?: boolean; last?: number; flaw?: { seq: number; reason: string } }>('POST', 'audit', {
        verify: true,
      })
      state.value = verdict.ok ? 'ok' : 'bad'
      text.value = verdict.ok
        ? `In order, ${verdict.last} records.`
        : verdict.flaw
          ? `Record ${verdict.flaw.seq}: ${verdict.flaw.reason}.`
          : TAMPERED
    } catch (error) {
      state.value = 'bad'
      text.value = messageOf(error)
    }
  }
  return (
    <div class="verify">
      <span role="status" class={state.value === 'bad' ? 'bad' : 'good'}>
        {state.value !== 'busy' && text.value}
      </span>
      <button type="button" disabled={state.value === 'busy'} onClick={verify}>
        {state.value === 'busy' ? 'Verifying …' : 'Verify the trail'}
      </button>
    </div>
  )
}

interface AuditAnswer {
  readonly records: readonly AuditRecord[]
  readonly next: number | null
  readonly tampered?: boolean
}

/** The trail, newest first: who opened what, and why. */
export function AuditView() {
  const filter = useSignal<Filter>({})
  const isTampered = useSignal(false)
  const pages = useMemo(
    () =>
      createPages<AuditRecord, number>(async (from) => {
        const body = { ...filter.value, ...(from !== undefined && { before: from }) }
        const { records, next, tampered = false } = await call<AuditAnswer>('POST', 'audit', body)
        isTampered.value = tampered
        return { items: records, next }
      }),
    [],
  )
  useEffect(() => void pages.reload(), [pages])
  const { items, hasMore, isBusy, problem } = pages
  return (
    <main class="page">
      <div class="page-head">
        <h1>Audit</h1>
        {identity.value?.verifies && <Verify />}
      </div>
      <Filters
        onFilter={(given) => {
          filter.value = given
          pages.reload()
        }}
      />
      {(problem.value || isTampered.value) && (
        <p class="bad banner" role="alert">
          {problem.value || TAMPERED}
        </p>
      )}
      {items.value?.length === 0 && !isTampered.value && <p class="empty">Nothing on record fits.</p>}
      {items.value && items.value.length > 0 && (
        <div class="card table-card">
          <table class="audit">
            <thead>
              <tr>
                <th scope="col" class="number">
                  No.
                </th>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">Where</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {items.value.map((record) => (
                <Line key={record.seq} record={record} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(hasMore.value || isBusy.value) && (
        <button type="button" class="more" disabled={isBusy.value} onClick={() => pages.more()}>
          {isBusy.value ? 'Loading …' : 'Older'}
        </button>
      )}
    </main>
  )
}
