/** Upper-case hexadecimal, as AIDs and tags are written. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

/** Hexadecimal text to bytes; throws a TypeError for anything else. */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(text)) throw new TypeError('not hexadecimal');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** One new array of all parts. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
