import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadCampaignPack } from '../../contract/campaign/pack.ts';
import { zhumadian2023 } from '../../contract/campaign/zhumadian-2023.ts';
import type { MessageLanguage } from '../../contract/messages/catalogue.ts';
import { explainRefusal } from '../../contract/messages/refusals.ts';
import type { Campaign } from '../../domain/campaign.ts';
import type { Refuse } from '../../domain/decision.ts';
import { badCase } from '../bad-case.ts';
import { RunError, UsageError, type Command, type CommandIo } from '../command.ts';
import { decideCase, printedParams, readCase } from '../decide-case.ts';
import { answerLines, type Line } from '../ndjson.ts';

export const decideCommand: Command = {
  usage: 'decide [--campaign FILE] [--explain zh|en]',
  summary: 'decides cases, one JSON object a line on standard input; default: the plan of 2023',
  run: async (args, io) => {
    const options = readOptions(args);
    const campaign = options.campaign === null ? zhumadian2023() : await loadCampaign(options.campaign, io);
    await answerLines(io.stdin, io.stdout, (line) => answer(line, campaign, options.explain));
    return 0;
  },
};

interface Options {
  readonly campaign: string | null;
  readonly explain: MessageLanguage | null;
}

function readOptions(args: readonly string[]): Options {
  const { campaign, explain } = parseOptions(args);
  if (explain !== undefined && explain !== 'zh' && explain !== 'en')
    throw new UsageError(`--explain takes zh or en, not ${explain}`);
  return { campaign: campaign ?? null, explain: explain ?? null };
}

function parseOptions(args: readonly string[]): {
  campaign?: string | undefined;
  explain?: string | undefined;
} {
  try {
    const options = { campaign: { type: 'string' }, explain: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads a pack; what it contradicts in itself goes to standard error, and the run goes on. */
async function loadCampaign(file: string, { stderr }: CommandIo): Promise<Campaign> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new RunError(
      `can't read the campaign file: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const loaded = loadCampaignPack(text);
  if (!loaded.ok) {
    const lines = loaded.problems.map(({ path, message }) => `${file}: ${path}: ${message}`);
    throw new RunError(lines.join('\n'));
  }
  for (const { path, message } of loaded.warnings) stderr.write(`warning: ${file}: ${path}: ${message}\n`);
  return loaded.campaign;
}

function answer(line: Line, campaign: Campaign, explain: MessageLanguage | null): object {
  if (line === null) return badCase('', 'the line is too long');
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return badCase('', error instanceof Error ? error.message : String(error));
  }
  const read = readCase(value);
  if ('error' in read) return read;
  const decided = decideCase(read, campaign);
  if ('error' in decided || decided.verdict === 'accept') return decided;
  const printed = { ...decided, params: printedParams(decided, read) };
  return explain === null ? printed : { ...printed, message: sentence(explain, decided) };
}

function sentence(language: MessageLanguage, refusal: Refuse): string {
  const { headline, help } = explainRefusal(language, refusal);
  return `${headline} ${help}`;
}
