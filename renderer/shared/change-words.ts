import type { ChangeView } from '../../src/contract/terminal/calls-support.ts';
import type { Text } from './i18n/text.ts';
import { changes } from './i18n/zh/changes.ts';

type Group = keyof typeof changes.group;
type Leaf = keyof typeof changes.leaf;

function word(text: Text, part: string): string {
  if (Object.hasOwn(changes.group, part)) return text(`changes.group.${part as Group}`);
  if (Object.hasOwn(changes.leaf, part)) return text(`changes.leaf.${part as Leaf}`);
  // The place in a list counts from 1 for people; a setting of a newer program is named as it is.
  return /^\d+$/.test(part) ? String(Number(part) + 1) : part;
}

/** A change of the journal in words, a line for each thing. */
export function changeLines(text: Text, change: ChangeView): readonly string[] {
  if (change.type === 'device') {
    const { device } = change;
    return [text(change.change === 'removed' ? 'changes.removed' : 'changes.added', { device })];
  }
  return change.lines.map(({ key, value }) => {
    if (key === 'more') return text('changes.more', { value });
    const name = key
      .split('.')
      .map((part) => word(text, part))
      .join(' · ');
    return text('changes.line', { name, value });
  });
}
