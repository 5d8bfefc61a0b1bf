import { readdirSync, readFileSync } from 'node:fs';

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended in between.
    return '';
  }
}

/** `pid` and everything that it started, by the parents in /proc. */
export function processTree(pid: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => {
      // The command in brackets may hold blanks and brackets: what counts comes after the last one.
      const fields = read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ') ?? [];
      return { pid: Number(name), parent: Number(fields[1]) };
    });
  const tree = [pid];
  for (const each of tree)
    tree.push(...parents.filter(({ parent }) => parent === each).map((child) => child.pid));
  return tree;
}

/** Proportional memory (PSS: a page that n processes share counts 1/n for each), in megabytes. */
export function proportionalMb(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/mu.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? '0';
  return Number(kilobytes) / 1024;
}

export function isCore(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).includes('core/entry.js');
}
