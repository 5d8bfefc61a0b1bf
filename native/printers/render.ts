import receiptline from 'receiptline';
import type { SlipDocument, SlipLine } from './document.ts';

/** Characters of half width in a line: 32 on 58 mm paper, 48 on 80 mm. */
export type PaperColumns = 32 | 48;

/** Room for labels such as `流水号 Receipt`, in characters of half width. */
const LABEL_COLUMNS = 15;

/** Rules of hyphens: the printer's own line characters are in a code page that many Chinese printers lack. */
const ESC_POS: receiptline.BaseCommand = {
  ...receiptline.commands.generic,
  hr: (width) => '-'.repeat(width),
};

/** ESC/POS commands for a document, text in GB18030; ends with a cut and a request for the paper status. */
export function renderEscPos(document: SlipDocument, columns: PaperColumns): Buffer {
  const commands = receiptline.transform(markup(document), {
    cpl: columns,
    encoding: 'gb18030',
    command: ESC_POS,
    cutting: true,
  });
  return Buffer.from(commands, 'latin1');
}

/** The same document as an SVG picture for the screen: no script, no style, no link. */
export function renderPreview(document: SlipDocument, columns: PaperColumns): string {
  return receiptline.transform(markup(document), {
    cpl: columns,
    encoding: 'gb18030',
    command: 'svg',
  });
}

function markup({ lines }: SlipDocument): string {
  return `${lines.map(markupLine).join('\n')}\n`;
}

function markupLine(line: SlipLine): string {
  switch (line.type) {
    case 'title':
      return `{width:*}\n^^^${escape(line.text)}`;
    case 'banner':
      return `{width:*}\n\`^^ ${escape(line.text)} \``;
    case 'text':
      return `{width:*}\n${line.align === 'left' ? '|' : ''}${escape(line.text)}`;
    case 'pair': {
      const value = escape(line.value);
      return `{width:${LABEL_COLUMNS},*}\n|${escape(line.label)} | ${line.strong ? `"^${value}"` : value}|`;
    }
    case 'rule':
      return '{width:*}\n-';
    case 'blank':
      return '{width:*}\n';
  }
}

/** Text that comes from outside (names, reasons) may hold neither commands to the printer nor markup. */
function escape(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '').trim();
  // A lone hyphen or equals sign would be a rule or a cut.
  if (/^[-=]$/.test(plain)) return plain === '-' ? '－' : '＝';
  return plain.replace(/[\\|{}~_"`^]/g, '\\$&');
}
