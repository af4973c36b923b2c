export const page = () => ''
export const disagreements = () => []
