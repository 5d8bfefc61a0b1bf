import { readFileSync } from 'node:fs';

/** What a traced process did to its files, in order; path '.' is the folder. `told`: a line on standard output. */
export type FileEvent =
  | { readonly type: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly type: 'truncate'; readonly path: string; readonly size: number }
  | { readonly type: 'flush'; readonly path: string }
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'rename'; readonly path: string; readonly to: string }
  | { readonly type: 'told'; readonly line: string };

export const TRACED =
  'openat,close,write,pwrite64,ftruncate,fdatasync,fsync,unlink,dup,dup2,dup3,fallocate,pwritev,pwritev2,rename';

const CALL = /^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)/s;

function text(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex');
}

function nameIn(folder: string, path: string | undefined): string | null {
  if (path === folder) return '.';
  return path?.startsWith(`${folder}/`) === true ? path.slice(folder.length + 1) : null;
}

/**
 * Reads the output of `strace -f -xx -s …`: every write with all its bytes. Throws for a call that changes a
 * file in a way that this reader doesn't know, so that nothing is silently left out.
 */
export function readTrace(file: string, folder: string): readonly FileEvent[] {
  const paths = new Map<string, string>();
  const events: FileEvent[] = [];
  for (const line of joinInterrupted(readFileSync(file, 'latin1').split('\n'))) {
    const match = CALL.exec(line);
    const [, call = '', args = '', result = ''] = match ?? [];
    if (match === null || result.startsWith('-')) continue;
    const fd = /^(\d+)/.exec(args)?.[1] ?? '';
    const path = paths.get(fd);
    const name = nameIn(folder, path);
    switch (call) {
      case 'openat': {
        const quoted = /"((?:\\x[0-9a-f]{2})*)"/.exec(args)?.[1] ?? '';
        paths.set(result, text(quoted).toString('utf8'));
        break;
      }
      case 'close':
        paths.delete(fd);
        break;
      case 'write':
        if (fd === '1')
          events.push({
            type: 'told',
            line: text(/"(.*)"/.exec(args)?.[1] ?? '')
              .toString()
              .trim(),
          });
        else if (name !== null) throw new Error(`a write without a place on ${name}`);
        break;
      case 'pwrite64': {
        if (name === null) break;
        const [, data = '', offset = ''] = /"((?:\\x[0-9a-f]{2})*)", \d+, (\d+)$/.exec(args) ?? [];
        events.push({
          type: 'write',
          path: name,
          offset: Number(offset),
          data: text(data).subarray(0, Number(result)),
        });
        break;
      }
      case 'ftruncate':
        if (name !== null)
          events.push({ type: 'truncate', path: name, size: Number(/, (\d+)$/.exec(args)?.[1]) });
        break;
      case 'fsync':
      case 'fdatasync':
        if (name !== null) events.push({ type: 'flush', path: name });
        break;
      case 'unlink': {
        const gone = text(/"((?:\\x[0-9a-f]{2})*)"/.exec(args)?.[1] ?? '').toString('utf8');
        if (gone.startsWith(`${folder}/`))
          events.push({ type: 'remove', path: gone.slice(folder.length + 1) });
        break;
      }
      case 'rename': {
        const [from, to] = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, quoted = '']) =>
          nameIn(folder, text(quoted).toString('utf8')),
        );
        if (typeof from === 'string' && typeof to === 'string')
          events.push({ type: 'rename', path: from, to });
        break;
      }
      default:
        if (name !== null) throw new Error(`unknown call on ${name}: ${call}`);
    }
  }
  return events;
}

/** strace splits a call that another thread interrupts into two lines. */
function* joinInterrupted(lines: readonly string[]): Generator<string> {
  const unfinished = new Map<string, string>();
  for (const line of lines) {
    const thread = /^(\d+) /.exec(line)?.[1] ?? '';
    const begun = line.indexOf(' <unfinished ...>');
    if (begun !== -1) {
      unfinished.set(thread, line.slice(0, begun));
      continue;
    }
    const resumed = /<\.\.\. \w+ resumed>(.*)$/s.exec(line);
    if (resumed === null) yield line;
    else yield `${unfinished.get(thread) ?? ''}${resumed[1] ?? ''}`;
  }
}
