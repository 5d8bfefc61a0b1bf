import { encodeVoucherCode, type VoucherCodeParts } from '../../src/codes/voucher-code.ts';
import { ALGORITHMS, base64, someParts } from '../support/codes.ts';
import type { Random } from './random.ts';

/** One thing to hold up to the scanner. `origin`: the valid code that it was made from. */
export interface FuzzInput {
  readonly text: string;
  readonly origin: VoucherCodeParts | null;
  /** Nothing was changed: it must verify. */
  readonly untouched: boolean;
}

const ORIGINS: readonly VoucherCodeParts[] = ALGORITHMS.flatMap((issuer) =>
  ALGORITHMS.map((holder) =>
    someParts(issuer, holder, { serial: BigInt(issuer.length * 10 + holder.length) }),
  ),
);
/** Ed25519 on both sides is forty times as fast to verify: most of the runs go there. */
const [FAST = someParts('ed25519', 'ed25519'), ...SLOW] = ORIGINS;
const CPM_HEAD = Buffer.from('8505435056303161', 'hex');
const NOISE = [
  ' ',
  '\r',
  '\n',
  '\t',
  '\u0002',
  '\u3000',
  '\uFEFF',
  '６',
  ']Q3',
  '+',
  '/',
  '=',
  '\0',
  '𝟙',
] as const;

/** A new input of one of the shapes that scanners, phones and attackers produce. */
export function makeInput(random: Random): FuzzInput {
  const shape = random.below(100);
  if (shape < 1) return untouched(random);
  if (shape < 12) return fromOrigin(random, changeOneByte);
  if (shape < 25) return fromOrigin(random, mutateBytes);
  if (shape < 35) return fromOrigin(random, mutateText);
  return { text: freeText(random, shape), origin: null, untouched: false };
}

function pickOrigin(random: Random): VoucherCodeParts {
  if (random.below(20) > 0) return FAST;
  return SLOW[random.below(SLOW.length)] ?? FAST;
}

function untouched(random: Random): FuzzInput {
  const origin = pickOrigin(random);
  return { text: encodeVoucherCode(origin), origin, untouched: true };
}

function fromOrigin(random: Random, change: (text: string, random: Random) => string): FuzzInput {
  const origin = pickOrigin(random);
  return { text: change(encodeVoucherCode(origin), random), origin, untouched: false };
}

function freeText(random: Random, shape: number): string {
  if (shape < 50) return base64(concat(CPM_HEAD, random.bytes(random.below(300))));
  if (shape < 60) return base64(hostileTlv(random));
  if (shape < 75) return digits(random, 1 + random.below(30));
  if (shape < 85) return base64(random.bytes(random.below(400)));
  if (shape < 99) return characters(random, random.below(300));
  return characters(random, random.below(9_000));
}

/** Any other value for one byte: the smallest change that must be noticed. */
function changeOneByte(text: string, random: Random): string {
  const bytes = Buffer.from(text, 'base64');
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 + random.below(255));
  return base64(bytes);
}

/** Flips, changes, removes, repeats or inserts bytes, one to four times. */
function mutateBytes(text: string, random: Random): string {
  let bytes: Uint8Array = Buffer.from(text, 'base64');
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(bytes.length + 1);
    const until = Math.min(bytes.length, at + random.below(80));
    switch (random.below(6)) {
      case 0:
        bytes = bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
        break;
      case 1:
        bytes = bytes.map((byte, index) => (index === at ? random.below(256) : byte));
        break;
      case 2:
        bytes = concat(bytes.subarray(0, at), bytes.subarray(until));
        break;
      case 3:
        bytes = concat(bytes.subarray(0, until), bytes.subarray(at));
        break;
      case 4:
        bytes = concat(bytes.subarray(0, at), random.bytes(random.below(8)), bytes.subarray(at));
        break;
      default:
        bytes = bytes.subarray(0, at);
    }
  }
  return base64(bytes);
}

/** Changes, removes or inserts characters, one to four times. */
function mutateText(text: string, random: Random): string {
  let changed = text;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(changed.length + 1);
    const insert = random.below(2) === 0 ? random.pick(NOISE) : String.fromCharCode(random.below(128));
    changed = changed.slice(0, at) + insert + changed.slice(at + random.below(3));
  }
  return changed;
}

/** Elements that nest, repeat, lie about their length, or come in thousands. */
function hostileTlv(random: Random): Uint8Array {
  if (random.below(3) === 0) return manyElements(random);
  const tags = [0x61, 0x63, 0x4f, 0xc1, 0xc2, 0xc3, 0xc4, 0x85, 0x1f, 0x9f, 0xff, 0x00] as const;
  const lengths = [0, 1, 4, 0x40, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0xff] as const;
  const count = random.below(4) === 0 ? 1_000 : random.below(60);
  const body = Uint8Array.from({ length: count * 2 }, (_, index) =>
    index % 2 === 0 ? random.pick(tags) : random.pick(lengths),
  );
  return random.below(2) === 0
    ? concat(CPM_HEAD, Uint8Array.of(0x82, body.length >> 8, body.length & 0xff), body)
    : body;
}

/** A whole code of an application or of ours, with as many empty elements as fit on each level. */
function manyElements(random: Random): Uint8Array {
  const filler = (): Uint8Array =>
    Uint8Array.from({ length: 2 * random.below(40) }, (_, index) => (index % 2 === 0 ? 0x50 : 0));
  const wrap = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const body = concat(...parts);
    return concat(Uint8Array.of(tag, 0x82, body.length >> 8, body.length & 0xff), body);
  };
  const aid = random.below(2) === 0 ? 'F05A4D44564331' : 'A0000003330101';
  const application = wrap(0x61, wrap(0x4f, Buffer.from(aid, 'hex')), filler(), wrap(0x63, filler()));
  return concat(CPM_HEAD.subarray(0, 7), filler(), application);
}

function digits(random: Random, length: number): string {
  const heads = ['62', '25', '30', '10', '15', '69', ''] as const;
  return random.pick(heads) + Array.from({ length }, () => String(random.below(10))).join('');
}

/** Mostly ASCII, now and then anything at all, lone surrogates too. */
function characters(random: Random, length: number): string {
  const one = (): string => {
    const kind = random.below(20);
    if (kind === 0) return random.pick(NOISE);
    return String.fromCharCode(random.below(kind === 1 ? 65_536 : 128));
  };
  return Array.from({ length }, one).join('');
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
