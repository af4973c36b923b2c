export const charge = async (card: string): Promise<string> => `receipt for ${card}`
