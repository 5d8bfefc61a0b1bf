import { UsageError, RunError, type Command, type CommandIo } from './command.ts';

/** Every command, loaded only when it is called: the light ones start fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  decide: async () => (await import('./commands/decide.ts')).decideCommand,
  classify: async () => (await import('./commands/classify.ts')).classifyCommand,
  'verify-journal': async () => (await import('./commands/verify-journal.ts')).verifyJournalCommand,
  'verify-settlement': async () => (await import('./commands/verify-settlement.ts')).verifySettlementCommand,
  restore: async () => (await import('./commands/restore.ts')).restoreCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  'till-api': async () => (await import('./commands/till-api.ts')).tillApiCommand,
  'till-token': async () => (await import('./commands/till-api.ts')).tillTokenCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
};

const NAME_WIDTH = 64;

/** Runs one command line (without node and script). Resolves to the exit code; never rejects. */
export async function runCli(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (name === 'help' || name === '--help' || name === '-h') {
    io.stdout.write(await helpText());
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    io.stderr.write(`unknown command: ${name.slice(0, NAME_WIDTH)}\n${await helpText()}`);
    return 2;
  }
  const command = await load();
  try {
    return await command.run(args, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\nusage: npm run -s cli -- ${command.usage}\n`);
      return 2;
    }
    const text = error instanceof RunError ? error.message : error instanceof Error ? error.stack : undefined;
    io.stderr.write(`${text ?? String(error)}\n`);
    return 1;
  }
}

async function helpText(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const lines = commands.map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `npm run -s cli -- COMMAND\n\n${lines.join('\n')}\n`;
}
