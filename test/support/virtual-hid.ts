import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A program that runs with virtual HID scanners (umockdev); its lines of JSON go to `onLine`. */
export interface HidBed {
  plug(serial: string): Promise<void>;
  plugKeyboard(serial: string): Promise<void>;
  unplug(serial: string): Promise<void>;
  report(serial: string, reports: readonly Uint8Array[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `script` under Node inside a umockdev test bed. Nothing is plugged in at first. */
export function startHidBed(script: string, onLine: (value: unknown) => void): HidBed {
  const rig = new URL('./virtual-hid.py', import.meta.url).pathname;
  const bed = spawn('umockdev-wrapper', ['/usr/bin/python3', rig, process.execPath, script], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  const [commands, output, , replies] = bed.stdio as unknown as readonly [Writable, Readable, null, Readable];
  const answers = createInterface({ input: replies })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => bed.once('exit', resolve));
  createInterface({ input: output }).on('line', (line) => onLine(JSON.parse(line)));

  let queue: Promise<void> = Promise.resolve();
  const send = (command: string): Promise<void> => {
    queue = queue.then(async () => {
      commands.write(`${command}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`the test bed ended at: ${command.slice(0, 80)}`);
    });
    return queue;
  };
  return {
    plug: (serial) => send(`plug ${serial}`),
    plugKeyboard: (serial) => send(`plug-keyboard ${serial}`),
    unplug: (serial) => send(`unplug ${serial}`),
    report: (serial, reports) =>
      send(`report ${serial} ${reports.map((report) => Buffer.from(report).toString('hex')).join(' ')}`),
    stop: async () => {
      if (bed.exitCode !== null) return;
      await send('quit');
      await ended;
    },
  };
}
