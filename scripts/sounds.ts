import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `node scripts/sounds.ts`: makes the counter's sounds. They are committed, so that nobody has to; a test
 * compares the committed files with what this makes. Told apart without looking: accepted rises and rings,
 * refused is low and harsh, unknown asks (up, down, up). PCM, 16 bits, mono.
 */
const RATE = 22_050;
const PEAK = 0.8;
const FADE_S = 0.008;

interface Note {
  readonly hz: number;
  readonly seconds: number;
  readonly wave: 'bell' | 'buzz' | 'soft';
  /** Silence after it, seconds. */
  readonly rest?: number;
}

const SOUNDS = {
  accepted: [
    { hz: 783.99, seconds: 0.12, wave: 'bell' },
    { hz: 1174.66, seconds: 0.34, wave: 'bell' },
  ],
  refused: [
    { hz: 185, seconds: 0.2, wave: 'buzz', rest: 0.07 },
    { hz: 155.56, seconds: 0.32, wave: 'buzz' },
  ],
  unknown: [
    { hz: 523.25, seconds: 0.14, wave: 'soft', rest: 0.04 },
    { hz: 440, seconds: 0.14, wave: 'soft', rest: 0.04 },
    { hz: 523.25, seconds: 0.14, wave: 'soft' },
  ],
} as const satisfies Readonly<Record<string, readonly Note[]>>;

/** Strengths of the overtones. */
const OVERTONES: Readonly<Record<Note['wave'], readonly number[]>> = {
  bell: [1, 0.35, 0.12],
  buzz: [1, 0, 0.6, 0, 0.45, 0, 0.3],
  soft: [1, 0.1],
};

function samplesOf({ hz, seconds, wave, rest = 0 }: Note): readonly number[] {
  const overtones = OVERTONES[wave];
  const loudest = overtones.reduce((sum, strength) => sum + strength, 0);
  const length = Math.round(seconds * RATE);
  const tone = Array.from({ length }, (_, index) => {
    const at = index / RATE;
    const fade = Math.min(1, at / FADE_S, (seconds - at) / FADE_S);
    const decay = wave === 'bell' ? Math.exp(-4 * at) : 1;
    const value = overtones.reduce(
      (sum, strength, above) => sum + strength * Math.sin(2 * Math.PI * hz * (above + 1) * at),
      0,
    );
    return (value / loudest) * PEAK * decay * Math.max(0, fade);
  });
  return [...tone, ...Array.from({ length: Math.round(rest * RATE) }, () => 0)];
}

/** A RIFF/WAVE file of 16-bit mono samples in −1…1. */
function wav(samples: readonly number[]): Buffer {
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => data.writeInt16LE(Math.round(sample * 32_767), index * 2));
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** Every sound, by name, as a file's bytes. */
export function makeSounds(): Readonly<Record<keyof typeof SOUNDS, Buffer>> {
  const make = (notes: readonly Note[]): Buffer => wav(notes.flatMap(samplesOf));
  return {
    accepted: make(SOUNDS.accepted),
    refused: make(SOUNDS.refused),
    unknown: make(SOUNDS.unknown),
  };
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../renderer/shared/sounds');
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(makeSounds())) writeFileSync(join(folder, `${name}.wav`), bytes);
}
