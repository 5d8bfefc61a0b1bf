/** What a UART set to one speed makes of bytes sent at another (8N1), as Linux with IGNPAR hands them over. */
export function uartReceive(bytes: Uint8Array, sentBaud: number, readBaud: number): Buffer {
  if (sentBaud === readBaud) return Buffer.from(bytes);
  const levels: number[] = [];
  for (const byte of bytes) levels.push(0, ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1), 1);
  const bitsPerRead = sentBaud / readBaud;
  /** The line's level, time counted in bits of the reader; idle is 1. */
  const at = (time: number): number => levels[Math.floor(time * bitsPerRead)] ?? 1;
  const end = levels.length / bitsPerRead;
  const step = 1 / 16;
  const read: number[] = [];
  for (let time = 0; time < end; time += step) {
    const falls = at(time) === 0 && (time === 0 || at(time - step) === 1);
    if (!falls || at(time + 0.5) === 1) continue;
    const data = Array.from({ length: 8 }, (_, bit) => at(time + 1.5 + bit));
    const byte = data.reduce((sum, level, bit) => sum + (level << bit), 0);
    const framed = at(time + 9.5) === 1;
    // A framing error is dropped; one without any bit set is a break, which reads as NUL.
    if (framed || byte === 0) read.push(byte);
    time += 9.5;
    while (!framed && time < end && at(time) === 0) time += step;
  }
  return Buffer.from(read);
}
