import { decodeBase64 } from '../../src/codes/cpm.ts';
import { readTlv, type Tlv } from '../../src/codes/tlv.ts';

/** How often the reader looks at a byte of a code, on all the levels that a voucher has. */
export function countReads(text: string): number {
  const bytes = decodeBase64(text);
  if (bytes === null) return 0;
  let reads = 0;
  const counted = (input: Uint8Array): Uint8Array =>
    new Proxy(input, {
      get(target, name) {
        if (name === 'length') return target.length;
        if (name === 'subarray') return (from: number, to: number) => counted(target.subarray(from, to));
        reads += 1;
        return typeof name === 'string' ? target[Number(name)] : undefined;
      },
    });
  const inside = (input: Uint8Array, tag: number): Uint8Array | undefined => {
    const read = readTlv(input);
    return read.ok ? read.elements.find((element: Tlv) => element.tag === tag)?.value : undefined;
  };
  const application = inside(counted(bytes), 0x61);
  const transparent = application === undefined ? undefined : inside(application, 0x63);
  if (transparent !== undefined) readTlv(transparent);
  return reads;
}
