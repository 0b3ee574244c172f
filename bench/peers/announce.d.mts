export const port: number;
export const deflate: boolean;
export const maxMessageBytes: number;
export function announce(listeningPort: number): void;
