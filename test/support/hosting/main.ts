import { join } from 'node:path';
import { app, MessageChannelMain, type MessagePortMain } from 'electron';
import { z } from 'zod';
import type { Hang } from '../../../src/contract/terminal/heartbeat.ts';
import type { CoreHosting } from '../../../src/main/core-hosting.ts';
import { keepCore } from '../../../src/main/core-keeper.ts';
import { nodeHosting } from '../../../src/main/node-hosting.ts';
import { utilityHosting } from '../../../src/main/utility-hosting.ts';

/** Plays one conversation over each hosting of the core, in a real Electron, and prints what came back. */
const command = { entry: join(import.meta.dirname, 'stub-core.cjs'), args: ['given'], env: process.env };
const node = process.argv.find((argument) => argument.startsWith('--node='))?.slice('--node='.length) ?? '';
const helloSchema = z.object({ payload: z.object({ pid: z.number() }) });

function next(port: MessagePortMain): Promise<unknown> {
  return new Promise((resolve) => {
    port.once('message', (event) => resolve(event.data));
  });
}

function closed(port: MessagePortMain): Promise<void> {
  return new Promise((resolve) => {
    port.once('close', resolve);
  });
}

async function converse(hosting: CoreHosting): Promise<unknown> {
  const log: string[] = [];
  const hangs: (Hang | null)[] = [];
  const waiting: (() => void)[] = [];
  let starts = 0;
  const started = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (starts >= count) resolve();
      else waiting.push(resolve);
    });
  const keeper = keepCore({
    hosting,
    onReady: () => {
      starts += 1;
      for (const resolve of waiting.splice(0)) resolve();
    },
    onHang: (hang) => hangs.push(hang),
    log: (line) => log.push(line),
  });
  const connect = (): MessagePortMain => {
    const { port1, port2 } = new MessageChannelMain();
    port2.start();
    keeper.connect(() => port1);
    return port2;
  };
  await started(1);
  const first = connect();
  const hello = await next(first);
  first.postMessage({ question: '多少？', of: [1, 2] });
  const echo = await next(first);
  const gone = closed(first);
  first.postMessage('end by accident');
  await gone;
  await started(2);
  const second = connect();
  const helloAgain = await next(second);
  const mayUpdate = [await keeper.mayUpdate(true), await keeper.mayUpdate(false)];
  // A main loop that never turns again.
  const hungUp = closed(second);
  second.postMessage('hang');
  await hungUp;
  await started(3);
  const third = connect();
  const helloAfterHang = await next(third);
  // A process that is held, every thread of it; never watched before its first beat.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const heldUp = closed(third);
  process.kill(helloSchema.parse(helloAfterHang).payload.pid, 'SIGSTOP');
  await heldUp;
  await started(4);
  const helloAfterHold = await next(connect());
  await keeper.stop();
  return { mayUpdate, hello, echo, helloAgain, helloAfterHang, helloAfterHold, hangs, starts, log };
}

void app.whenReady().then(async () => {
  const [utility, separate] = await Promise.all([
    converse(utilityHosting(command)),
    converse(nodeHosting(command, node)),
  ]);
  console.log(`RESULT ${JSON.stringify({ utility, separate })}`);
  app.exit(0);
});
