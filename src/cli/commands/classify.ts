import { classify, type Scan } from '../../codes/classify.ts';
import { UsageError, type Command } from '../command.ts';
import { answerLines, type Line } from '../ndjson.ts';

export const classifyCommand: Command = {
  usage: 'classify',
  summary: 'names what scanned codes are; standard input: a JSON string a line, exactly as scanned',
  run: async (args, { stdin, stdout }) => {
    if (args.length > 0) throw new UsageError('classify takes no arguments');
    await answerLines(stdin, stdout, classifyLine);
    return 0;
  },
};

/** One line as printed. Broken input of any sort is of family `unknown`, with a reason. */
function classifyLine(line: Line): object {
  if (line === null) return { family: 'unknown', reason: 'too-long' };
  let text: unknown;
  try {
    text = JSON.parse(line);
  } catch {
    return { family: 'unknown', reason: 'not-json' };
  }
  return typeof text === 'string' ? printScan(classify(text)) : { family: 'unknown', reason: 'not-a-string' };
}

/** Only what the command promises to print: never the code itself. */
function printScan(scan: Scan): object {
  const { family } = scan;
  switch (family) {
    case 'voucher':
      return { family, aid: scan.aid };
    case 'emv-cpm':
      return scan.wallet === null
        ? { family, aid: scan.aid }
        : { family, wallet: scan.wallet, aid: scan.aid };
    case 'unionpay-c2b':
    case 'alipay':
    case 'wechat':
      return { family, wallet: scan.wallet };
    case 'goods-barcode':
    case 'url':
      return { family };
    case 'unknown':
      return { family, reason: scan.reason };
  }
}
