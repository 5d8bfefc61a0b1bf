import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from './command.ts';

export interface ReadArgs {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly positionals: readonly string[];
}

/** Reads `--name VALUE` for each of `names`, and what stands alone. Throws a UsageError for anything else. */
export function readArgs(args: readonly string[], names: readonly string[]): ReadArgs {
  const options: ParseArgsOptionsConfig = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: true,
    });
    const texts = names.map((name): [string, string | undefined] => {
      const value = values[name];
      return [name, typeof value === 'string' ? value : undefined];
    });
    return { values: Object.fromEntries(texts), positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
