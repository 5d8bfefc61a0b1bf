/** Lengths of the parameters of the ESC/POS commands that slips use, by command. */
const PARAMETERS: Readonly<Record<string, number>> = {
  '\u001b@': 0,
  '\u001da': 1,
  '\u001ba': 1,
  '\u001bM': 1,
  '\u001b ': 1,
  '\u001cS': 2,
  '\u001b3': 1,
  '\u001b{': 1,
  '\u001c.': 0,
  '\u001c&': 0,
  '\u001cC': 1,
  '\u001b-': 1,
  '\u001c-': 1,
  '\u001bE': 1,
  '\u001dB': 1,
  '\u001d!': 1,
  '\u001dL': 2,
  '\u001dW': 2,
  '\u001b$': 2,
  '\u001b\\': 2,
  '\u001bt': 1,
  '\u001dr': 1,
};

export interface PrintedSlip {
  readonly lines: readonly string[];
  readonly cut: boolean;
}

/** What a printer in GB18030 would put on paper. Throws for a command that it doesn't know: none slips through. */
export function decodeEscPos(bytes: Uint8Array): PrintedSlip {
  const lines: string[] = [];
  let line: number[] = [];
  let cut = false;
  let chinese = false;
  const flush = (): void => {
    lines.push(new TextDecoder('gb18030', { fatal: true }).decode(Uint8Array.from(line)));
    line = [];
  };
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a) flush();
    else if (byte === 0x10 && bytes[at + 1] === 0x04) at += 2;
    else if (byte === 0x1b || byte === 0x1c || byte === 0x1d) {
      const command = String.fromCharCode(byte, bytes[at + 1] ?? 0);
      if (command === '\u001dV') {
        cut = true;
        at += 3;
      } else {
        const parameters = PARAMETERS[command];
        if (parameters === undefined) throw new Error(`unknown command ${JSON.stringify(command)} at ${at}`);
        if (command === '\u001c&') chinese = true;
        if (command === '\u001c.') chinese = false;
        at += 1 + parameters;
      }
    } else if (byte < 0x20) throw new Error(`stray control ${byte} at ${at}`);
    else {
      if (byte >= 0x80 && !chinese) throw new Error(`byte ${byte} at ${at} in a foreign code page`);
      line.push(byte);
    }
  }
  if (line.length > 0) flush();
  return { lines, cut };
}

/** All text of a preview, in its order. */
export function textOfSvg(svg: string): string {
  return [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)]
    .map(([, text]) => text ?? '')
    .join('')
    .replaceAll('&#xa0;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
