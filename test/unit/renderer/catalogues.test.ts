import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { en as operatorEn } from '../../../renderer/operator/texts/en.ts';
import { zh as operatorZh } from '../../../renderer/operator/texts/zh.ts';
import { en } from '../../../renderer/shared/i18n/en/index.ts';
import { textOf, type TextKey } from '../../../renderer/shared/i18n/text.ts';
import { zh } from '../../../renderer/shared/i18n/zh/index.ts';
import { FAULT_CODES } from '../../../src/contract/terminal/errors.ts';

/** The terminal's texts and the operator's page's. */
const CATALOGUES = /[/\\](?:i18n|operator[/\\]texts)[/\\]/;
const RENDERER = join(import.meta.dirname, '../../../renderer');

function leaves(node: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(node) as [string, unknown][]) {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof value === 'string') found.set(key, value);
    else if (typeof value === 'object' && value !== null)
      for (const [inner, text] of leaves(value, key)) found.set(inner, text);
  }
  return found;
}
const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').toSorted();

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

test('both catalogues have the same texts with the same parameters, and none is empty', () => {
  for (const [chinese, english] of [
    [leaves(zh), leaves(en)],
    [leaves(operatorZh), leaves(operatorEn)],
  ] as const)
    compare(chinese, english);
});

function compare(chinese: ReadonlyMap<string, string>, english: ReadonlyMap<string, string>): void {
  expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted());
  for (const [key, text] of chinese) {
    expect(text.trim(), key).not.toBe('');
    expect(english.get(key)?.trim(), key).not.toBe('');
    expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text));
  }
}

test('every fault has a sentence and a help in both languages', () => {
  for (const code of FAULT_CODES)
    for (const language of ['zh', 'en'] as const)
      for (const part of ['title', 'help'] as const) {
        const key: TextKey = `faults.${code}.${part}`;
        expect(textOf(language)(key), key).not.toBe(key);
      }
});

test('no text stands outside the catalogues', () => {
  const outside: string[] = [];
  for (const file of sources(RENDERER).filter((name) => !CATALOGUES.test(name))) {
    const source = ts.createSourceFile(
      file,
      readFileSync(file, 'utf8'),
      ts.ScriptTarget.ESNext,
      true,
      ts.ScriptKind.TSX,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text) && !isSameEverywhere(node.text.trim()))
        outside.push(`${file}: ${node.text.trim()}`);
      if (ts.isStringLiteralLike(node) && /\p{Script=Han}/u.test(node.text) && !isSameEverywhere(node.text))
        outside.push(`${file}: ${node.text}`);
      if (
        ts.isJsxAttribute(node) &&
        /^(title|alt|placeholder|aria-label)$/.test(node.name.getText(source)) &&
        node.initializer !== undefined &&
        ts.isStringLiteral(node.initializer)
      )
        outside.push(`${file}: ${node.initializer.text}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(outside).toEqual([]);
});

/** What is printed on the keyboard, a measure, and a language's own name are the same in every language. */
function isSameEverywhere(text: string): boolean {
  return ['Enter', 'Esc', '中文', 'English'].includes(text) || /^\d+ mm$/.test(text);
}
