import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { busy, current, headers, rows, selected, toggle } from './document-state.js'
import { countText, leafText, sizeText, visible } from './format.js'
import { Icon } from './icons.js'
import type { Row } from './rows.js'
import { isContainer, type Sealed } from './sealed.js'

/** Of a line, in pixels; the style sheet says the same. */
const LINE = 28
/** Lines beyond both edges of what is seen. */
const MARGIN = 12
const MAX_PREVIEW = 240
/** What stands in place of a value that is not shown. */
const SEALED = '[sealed]'

const idOf = (pointer: string): string => `line-${pointer.replace(/[^a-zA-Z0-9]/g, (unit) => `-${unit.charCodeAt(0)}-`)}`

const STATES = {
  sealed: { icon: 'seal', text: 'sealed' },
  masked: { icon: 'masked', text: 'masked' },
  clear: { icon: 'clear', text: 'in clear' },
  withheld: { icon: 'masked', text: 'withheld' },
  failed: { icon: 'failed', text: 'not opened' },
} as const

export function stateOf({ sealed, opening }: Row): keyof typeof STATES | undefined {
  if (!sealed) return undefined
  if (!opening) return 'sealed'
  return opening.status === 'open' ? opening.outcome : 'failed'
}

export function Badge({ row }: { readonly row: Row }) {
  const state = stateOf(row)
  if (!state) return null
  const { icon, text } = STATES[state]
  return (
    <span class={`badge badge-${state}`}>
      <Icon name={icon} />
      {text}
    </span>
  )
}

function Preview({ row }: { readonly row: Row }) {
  const { value, isText } = row
  const state = stateOf(row)
  const entry = headers.value.get(row.pointer)
  if ((state === 'sealed' || state === 'failed') && row.sealed?.kind !== 'fields') {
    if (!entry?.kid) return <span class="dim">{entry ? 'no envelope that can be read' : '…'}</span>
    return (
      <span class="dim">
        <bdi>{visible(entry.kid)}</bdi>
        <span class="faint">
          ~{entry.keyVersion} · {sizeText(entry.bytes ?? 0)}
        </span>
      </span>
    )
  }
  if (isContainer(value)) {
    const count = Array.isArray(value)
      ? value.length
      : Object.keys(value).filter((name) => !(row.sealed && name === '$wax')).length
    return (
      <span class="faint">{`${isText ? 'text of JSON, ' : ''}${countText(count, Array.isArray(value) ? 'element' : 'member')}`}</span>
    )
  }
  const text = leafText(value)
  const cut = text.length > MAX_PREVIEW ? `${text.slice(0, MAX_PREVIEW)}…` : text
  const kind = typeof value === 'string' ? 'text' : value === null || typeof value === 'boolean' ? 'literal' : 'number'
  return <bdi class={`value value-${text === SEALED ? 'sealed' : kind}`}>{visible(cut)}</bdi>
}

interface LineProps {
  readonly row: Row
  readonly isSelected: boolean
  readonly onOpen: (sealed: Sealed) => void
}

function Line({ row, isSelected, onOpen }: LineProps) {
  const { pointer, depth, name, isExpandable, isExpanded, position, siblings, shown, isDisclosed } = row
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus, and names its active line.
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree's.
    <div
      role="treeitem"
      id={idOf(pointer)}
      class={`line${isDisclosed ? ` line-${shown}` : ''}${busy.value.has(pointer) ? ' line-busy' : ''}`}
      aria-level={depth + 1}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={isSelected}
      aria-expanded={isExpandable ? isExpanded : undefined}
      style={{ paddingInlineStart: `${12 + depth * 18}px` }}
      onClick={({ target }) => {
        if (isExpandable && (isSelected || (target as Element).closest('.fold'))) toggle(pointer, !isExpanded)
        selected.value = pointer
        if (row.sealed && (target as Element).closest('.badge-sealed')) onOpen(row.sealed)
      }}
    >
      <span class={`fold${isExpandable ? '' : ' fold-none'}${isExpanded ? ' fold-open' : ''}`}>
        {isExpandable && <Icon name="chevron" />}
      </span>
      <span class="name">
        {name === undefined ? (
          <span class="faint">document</span>
        ) : typeof name === 'number' ? (
          <span class="faint">{name}</span>
        ) : (
          <bdi>{visible(name)}</bdi>
        )}
      </span>
      <Badge row={row} />
      <Preview row={row} />
    </div>
  )
}

/** The lines that can be seen, and a few more. */
function useWindow() {
  const tree = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(800)
  useEffect(() => {
    const element = tree.current!
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const first = Math.max(0, Math.floor(top.value / LINE) - MARGIN)
  const last = Math.ceil((top.value + height.value) / LINE) + MARGIN
  const onScroll = () => {
    top.value = tree.current?.scrollTop ?? 0
  }
  return { tree, first, last, onScroll }
}

/** Arrow keys, as trees have them. */
function move(event: KeyboardEvent, page: number): boolean {
  const list = rows.value
  const row = current.value
  if (!row) return false
  const at = list.indexOf(row)
  const go = (to: number) => {
    const next = list[Math.min(list.length - 1, Math.max(0, to))]
    if (next) selected.value = next.pointer
  }
  switch (event.key) {
    case 'ArrowDown':
      go(at + 1)
      break
    case 'ArrowUp':
      go(at - 1)
      break
    case 'PageDown':
      go(at + page)
      break
    case 'PageUp':
      go(at - page)
      break
    case 'Home':
      go(0)
      break
    case 'End':
      go(list.length - 1)
      break
    case 'ArrowRight':
      if (!row.isExpandable) break
      if (row.isExpanded) go(at + 1)
      else toggle(row.pointer, true)
      break
    case 'ArrowLeft':
      if (row.isExpanded) toggle(row.pointer, false)
      else if (row.depth > 0) go(list.findLastIndex(({ depth }, index) => index < at && depth < row.depth))
      break
    case ' ':
      if (row.isExpandable) toggle(row.pointer, !row.isExpanded)
      break
    default:
      return false
  }
  return true
}

interface TreeProps {
  readonly onKey: (event: KeyboardEvent) => void
  readonly onOpen: (sealed: Sealed) => void
}

/** A document as a tree. Only what can be seen of it is on the page, so that it may be large. */
export function Tree({ onKey, onOpen }: TreeProps) {
  const { tree, first, last, onScroll } = useWindow()
  const list = rows.value
  const active = current.value

  useEffect(() => {
    const element = tree.current!
    const at = active ? list.indexOf(active) * LINE : 0
    if (at < element.scrollTop) element.scrollTop = at
    else if (at + LINE > element.scrollTop + element.clientHeight) element.scrollTop = at + LINE - element.clientHeight
  }, [active?.pointer, list])

  return (
    <div
      ref={tree}
      role="tree"
      class="tree"
      aria-label="Document"
      tabIndex={0}
      aria-activedescendant={active ? idOf(active.pointer) : undefined}
      onScroll={onScroll}
      onKeyDown={(event) => {
        if (move(event, Math.max(1, Math.floor(event.currentTarget.clientHeight / LINE) - 1))) event.preventDefault()
        else onKey(event)
      }}
    >
      <div role="presentation" class="tree-all" style={{ height: `${list.length * LINE}px` }}>
        <div role="presentation" style={{ transform: `translateY(${first * LINE}px)` }}>
          {list.slice(first, last).map((row) => (
            <Line key={row.pointer} row={row} isSelected={row === active} onOpen={onOpen} />
          ))}
        </div>
      </div>
    </div>
  )
}
