import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Budget, Effort, Table } from './types.ts';

const ROOT = join(import.meta.dirname, '../..');
const GIGABYTE = 1_073_741_824;
/** Chinese characters are two columns wide on a terminal. */
const WIDE = /[\u2E80-\u9FFF\uFF00-\uFF60]/gu;

function width(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return value.toFixed(value < 10 ? 3 : 1);
}

/** A table in columns, for a terminal. */
export function tableLines({ title, columns, rows, notes }: Table): readonly string[] {
  const widths = columns.map((column, nth) =>
    Math.max(width(column), ...rows.map((row) => width(row[nth] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, nth) => cell + ' '.repeat(Math.max(0, (widths[nth] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [title, line(columns), ...rows.map(line), ...notes.map((note) => `  ${note}`)];
}

function budgetTable(budgets: readonly Budget[]): Table {
  return {
    title: 'Budgets',
    columns: ['what', 'measured', 'limit', 'unit', ''],
    rows: budgets.map(({ name, measured, limit, unit, pass }) => [
      name,
      figure(measured),
      figure(limit),
      unit,
      pass ? 'pass' : 'MISS',
    ]),
    notes: [],
  };
}

export function budgetLines(budgets: readonly Budget[]): readonly string[] {
  const met = budgets.filter(({ pass }) => pass).length;
  return [...tableLines(budgetTable(budgets)), `${met} of ${budgets.length} budgets met`];
}

const versionSchema = z.object({ version: z.string() });
function versionOf(name: string): string {
  return versionSchema.parse(
    JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')),
  ).version;
}
const PEERS = [
  'better-sqlite3',
  'lmdb',
  'pouchdb',
  '@seald-io/nedb',
  'lowdb',
  'json-rules-engine',
  'json-logic-js',
  'cel-js',
  '@gorules/zen-engine',
] as const;

/** The whole run as a page: machine, versions, tables. */
export function markdown(budgets: readonly Budget[], tables: readonly Table[], { quick }: Effort): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = ({ columns, rows: lines }: Table): readonly string[] => [
    `| ${columns.map(cell).join(' | ')} |`,
    `|${columns.map(() => ' --- ').join('|')}|`,
    ...lines.map((line) => `| ${line.map(cell).join(' | ')} |`),
  ];
  const part = (table: Table): readonly string[] => [
    `## ${table.title}`,
    '',
    ...rows(table),
    '',
    ...table.notes.flatMap((note) => [note, '']),
  ];
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run bench${quick ? ' -- --quick' : ''}\`.`,
    '',
    `Machine: ${cpus().length} × ${processor}, ${(totalmem() / GIGABYTE).toFixed(0)} GB, ${type()} ${release()} ${arch()}, Node ${process.versions.node}.`,
    '',
    `Versions: ${PEERS.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`,
    '',
    ...part(budgetTable(budgets)),
    ...tables.flatMap(part),
  ].join('\n');
}
