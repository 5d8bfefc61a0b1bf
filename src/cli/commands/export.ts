import { basename, dirname, extname, resolve } from 'node:path';
import { parseDay } from '../../domain/business-day.ts';
import { FaultError } from '../../terminal/fault-error.ts';
import { exportDay } from '../../terminal/reports/export-day.ts';
import { RunError, UsageError, type Command } from '../command.ts';
import { readArgs } from '../options.ts';

export const exportCommand: Command = {
  usage: 'export --day YYYY-MM-DD --out FILE.csv|.xlsx --data-folder FOLDER',
  summary: 'writes the redemptions of a business day; FOLDER: the terminal’s data folder (may be in use)',
  run: async (args, { stdout }) => {
    const { values, positionals } = readArgs(args, ['day', 'out', 'data-folder']);
    const { day, out, 'data-folder': folder } = values;
    if (positionals.length > 0 || day === undefined || out === undefined || folder === undefined)
      throw new UsageError('export needs --day, --out and --data-folder, and nothing else');
    if (parseDay(day) === null) throw new UsageError(`--day takes a day as YYYY-MM-DD, not ${day}`);
    const extension = extname(out);
    if (extension !== '.csv' && extension !== '.xlsx')
      throw new UsageError('--out takes a file that ends in .csv or .xlsx');
    try {
      const target = {
        folder: dirname(resolve(out)),
        name: basename(out, extension),
        format: extension === '.csv' ? 'csv' : 'xlsx',
      } as const;
      const { path, lines } = await exportDay(folder, day, target);
      stdout.write(`${path}: ${lines} redemptions\n`);
      return 0;
    } catch (error) {
      if (error instanceof FaultError || (error instanceof Error && 'code' in error))
        throw new RunError(`can't export from ${folder}: ${error.message}`);
      throw error;
    }
  },
};
