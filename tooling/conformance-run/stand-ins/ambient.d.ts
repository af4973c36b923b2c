declare module 'waxseal:files' {
  const files: Map<string, [text: string, base64: 0 | 1]>
  export default files
}
