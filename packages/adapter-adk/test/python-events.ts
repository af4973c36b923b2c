/** An event for the Python package, which takes these names as well as its own. */
export const pythonEvent = (seconds: number) => ({
  id: `python-${seconds}`,
  invocationId: 'i1',
  author: 'helper',
  branch: 'root.helper',
  timestamp: seconds + 0.25,
  content: {
    role: 'model',
    parts: [
      { text: 'ü 北京' },
      { inlineData: { mimeType: 'image/png', data: '-__-' } },
      { functionCall: { id: 'c1', name: 'lookUp', args: { customerName: 'Zoë', snake_name: 1 } } },
    ],
  },
  actions: { stateDelta: { step: 1, 'user:tier': 'silver' }, transferToAgent: 'billing', route: 'x' },
  longRunningToolIds: ['c1'],
  customMetadata: { aB: 1, c_d: 2 },
  output: { resultValue: 1, snake_value: 2 },
})

/** The same as ADK for TypeScript has it. */
export function sameEvent(seconds: number) {
  const { actions, content, ...event } = pythonEvent(seconds)
  const { route, ...others } = actions
  const [text, , call] = content.parts
  return {
    ...event,
    timestamp: (seconds + 0.25) * 1000,
    route,
    nodeInfo: { path: '' },
    content: { ...content, parts: [text, { inlineData: { mimeType: 'image/png', data: '+//+' } }, call] },
    actions: { artifactDelta: {}, requestedAuthConfigs: {}, requestedToolConfirmations: {}, ...others },
  }
}
