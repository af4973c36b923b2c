import { useSignal } from '@preact/signals'
import { ClaimForm } from './claim-form.js'
import { busy, current, headers, sealedOf } from './document-state.js'
import { agoText, copyText, dateText, sizeText, suiteText, visible, visibleLines } from './format.js'
import { Icon } from './icons.js'
import { ages } from './key-ages.js'
import type { Row } from './rows.js'
import { isContainer, type Sealed } from './sealed.js'
import { Badge } from './tree.js'

interface Actions {
  readonly open: (sealed: Sealed) => void
  readonly reveal: (sealed: Sealed) => void
  readonly hide: (sealed: Sealed) => void
  readonly copy: (row: Row) => Promise<void>
}

/** As much of a value as one reads. */
const MAX_VALUE = 20_000

const KINDS = { value: 'a value', payload: 'a payload', fields: 'fields of this object' } as const

function ageText(kid: string, version: number): string {
  const since = ages.value.get(`${kid}~${version}`)
  if (!since) return 'Not known: an envelope carries no time.'
  return `Sealed after ${dateText(since)}, ${agoText(since, Date.now())}, when its key version began to.`
}

function Facts({ sealed }: { readonly sealed: Sealed }) {
  const entry = headers.value.get(sealed.pointer)
  if (!entry) return <p class="dim">Asking what it is …</p>
  const { kid, keyVersion = 0, suite = '', bytes = 0, context } = entry
  if (kid === undefined) return <p class="dim">It looks like an envelope, and is none that can be read.</p>
  const pairs = Object.entries(context ?? {})
  return (
    <dl class="facts">
      <div>
        <dt>Key</dt>
        <dd>
          <code>
            <bdi>{visible(kid)}</bdi>
          </code>{' '}
          version {keyVersion}
        </dd>
      </div>
      <div>
        <dt>Suite</dt>
        <dd>{suiteText(suite)}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>
          {sizeText(bytes)} sealed, {sizeText(sealed.length)} stored
        </dd>
      </div>
      <div>
        <dt>Age</dt>
        <dd>{ageText(kid, keyVersion)}</dd>
      </div>
      <div>
        <dt>Context</dt>
        <dd>
          {pairs.length === 0 ? (
            'None is stored.'
          ) : (
            <ul class="pairs">
              {pairs.map(([name, text]) => (
                <li key={name}>
                  <bdi class="dim">{visible(name)}</bdi> = <bdi class="pair-text">{visible(text)}</bdi>
                </li>
              ))}
            </ul>
          )}
        </dd>
      </div>
    </dl>
  )
}

function Note({ row }: { readonly row: Row }) {
  const { opening } = row
  if (!opening) return null
  if (opening.status === 'failed')
    return (
      <p class="bad" role="alert">
        {opening.why}
      </p>
    )
  const { asked, outcome, left } = opening
  return (
    <>
      {outcome === 'masked' && (
        <p class="note">
          {asked === 'masked' ? 'Masked, as every first look is.' : 'Masked: this is as much as the rules let you see.'}
        </p>
      )}
      {outcome === 'withheld' && <p class="note">It opens, and the rules show you none of it.</p>}
      {left > 0 && <p class="note">{left} more inside stayed sealed.</p>}
    </>
  )
}

function Value({ row }: { readonly row: Row }) {
  // What holds others is in the tree already.
  if ((row.sealed && row.opening?.status !== 'open') || isContainer(row.value)) return null
  const text = copyText(row.value)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its box is scrolled with keys.
    <section class="whole" tabIndex={0} aria-label="Value" dir="auto">
      {visibleLines(text.slice(0, MAX_VALUE))}
      {text.length > MAX_VALUE && (
        <span class="faint">{`\n… ${sizeText(text.length - MAX_VALUE)} more: copy it to read all.`}</span>
      )}
    </section>
  )
}

/** What is known of the line that is selected, and what can be done with it. */
export function Details({ actions }: { readonly actions: Actions }) {
  const copied = useSignal<string | undefined>(undefined)
  const row = current.value
  if (!row) return null
  const sealed = sealedOf(row)
  const own = row.sealed
  const isOpen = row.opening?.status === 'open'
  const isBusy = sealed !== undefined && busy.value.has(sealed.pointer)
  const maySeeMore =
    sealed && (row.opening?.status !== 'open' || (row.opening.outcome !== 'clear' && row.opening.asked === 'masked'))

  const copy = async () => {
    copied.value = await actions.copy(row).then(
      () => row.pointer,
      () => undefined,
    )
  }
  return (
    <section class="details" aria-label="Details">
      <div class="path">
        <code>
          <bdi>{row.pointer === '' ? 'document' : visible(row.pointer)}</bdi>
        </code>
        <Badge row={row} />
      </div>
      {own && <p class="small kind">Sealed: {KINDS[own.kind]}</p>}
      <Note row={row} />
      <div class="actions">
        {own && !isOpen && (
          <button type="button" class="primary" disabled={isBusy} onClick={() => actions.open(own)}>
            <Icon name="masked" /> Open masked
          </button>
        )}
        {sealed && (own ? maySeeMore : row.shown === 'masked') && (
          <button type="button" disabled={isBusy} onClick={() => actions.reveal(sealed)}>
            <Icon name="clear" /> Reveal …
          </button>
        )}
        {sealed && (isOpen || row.shown) && (
          <button type="button" onClick={() => actions.hide(sealed)}>
            <Icon name="seal" /> Hide
          </button>
        )}
        <button type="button" class="quiet" onClick={copy}>
          <Icon name="copy" /> {copied.value === row.pointer ? 'Copied' : 'Copy'}
        </button>
      </div>
      {own && !isOpen && headers.value.get(own.pointer)?.context === null && <ClaimForm />}
      <Value row={row} />
      {own && <Facts sealed={own} />}
    </section>
  )
}
