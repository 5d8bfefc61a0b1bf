import { statSync } from 'node:fs';
import { explainFinding } from '../../contract/messages/findings.ts';
import type { Finding } from '../../contract/terminal/calls-devices.ts';
import { examineFolder } from '../../terminal/devices/doctor.ts';
import { FaultError } from '../../terminal/fault-error.ts';
import { RunError, UsageError, type Command } from '../command.ts';
import { readArgs } from '../options.ts';

const LEVEL_COLUMNS = 5;
const CHECK_COLUMNS = 10;

export const doctorCommand: Command = {
  usage: 'doctor --data-folder FOLDER [--lang zh|en] [--format text|json]',
  summary:
    'looks at runtime, database, key, clock, clearing, scanners, printer, disk and updates: a line each with ok, warn or fail, and what to do',
  run: async (args, { stdout }) => {
    const { values, positionals } = readArgs(args, ['data-folder', 'lang', 'format']);
    const { 'data-folder': folder, lang = 'en', format = 'text' } = values;
    if (positionals.length > 0 || folder === undefined)
      throw new UsageError('doctor needs --data-folder, and takes no files');
    if (lang !== 'zh' && lang !== 'en') throw new UsageError(`--lang takes zh or en, not ${lang}`);
    if (format !== 'text' && format !== 'json')
      throw new UsageError(`--format takes text or json, not ${format}`);
    for (const finding of await examine(folder)) {
      const { what, todo } = explainFinding(lang, finding);
      stdout.write(
        `${format === 'json' ? JSON.stringify({ ...finding, what, todo }) : line(finding, what, todo)}\n`,
      );
    }
    return 0;
  },
};

async function examine(folder: string): Promise<readonly Finding[]> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new RunError(`there is no folder ${folder}`);
  try {
    return await examineFolder(folder);
  } catch (error) {
    if (error instanceof FaultError) throw new RunError(error.message);
    throw error;
  }
}

function line({ level, check }: Finding, what: string, todo: string): string {
  const head = `${level.padEnd(LEVEL_COLUMNS)} ${check.padEnd(CHECK_COLUMNS)} ${what}`;
  return todo === '' ? head : `${head}${/\p{ASCII}$/u.test(what) ? '.' : '。'} ${todo}`;
}
