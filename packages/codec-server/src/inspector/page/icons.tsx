const PATHS = {
  seal: 'M8 1.2c1.2 0 1.7 1 2.7 1.3s2.2 0 2.9.9.3 1.9.6 2.8 1.3 1.5 1.2 2.6-1.2 1.5-1.6 2.4-.2 2-1.1 2.7-1.9.1-2.8.3-1.6 1.3-2.7 1.1-1.4-1.1-2.2-1.6-2-.4-2.6-1.3 0-1.8-.2-2.8S1 8 1.2 6.9s1.3-1.3 1.8-2.1.6-1.9 1.5-2.5 1.8.2 2.7.1S6.9 1.2 8 1.2z',
  masked: 'M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8 12.1 12.5 8 12.5 1.5 8 1.5 8z M2.5 13.5l11-11',
  clear: 'M1.5 8s2.4-4.5 6.5-4.5S14.5 8 14.5 8 12.1 12.5 8 12.5 1.5 8 1.5 8z M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  failed: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z M8 4.8v4 M8 11.2v.1',
  copy: 'M5.5 5.5v-3h8v8h-3 M2.5 5.5h8v8h-8z',
  chevron: 'M6 3.5L10.5 8 6 12.5',
  light: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z M8 1v1.5 M8 13.5V15 M1 8h1.5 M13.5 8H15 M3 3l1 1 M12 12l1 1 M13 3l-1 1 M4 12l-1 1',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  system: 'M2 3h12v8H2z M5.5 14h5 M8 11v3',
  drop: 'M8 10.5v-8 M4.8 5.5L8 2.3l3.2 3.2 M2 10.5v3h12v-3',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  close: 'M3.5 3.5l9 9 M12.5 3.5l-9 9',
} as const

export type IconName = keyof typeof PATHS

/** Decoration: what it says is said in words beside it, or by the label of its button. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
)
