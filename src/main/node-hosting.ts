import { fork } from 'node:child_process';
import type { MessagePortMain } from 'electron';
import { coreToMainSchema, type ToCore } from '../contract/terminal/shell.ts';
import { readBeats, STOP_TIMEOUT_MS, type CoreCommand, type CoreHosting } from './core-hosting.ts';

/** The core in a Node of its own, where Electron's is too old; main passes windows' messages on, unread. */
export function nodeHosting(command: CoreCommand, node: string): CoreHosting {
  return {
    start(args, onMessage, onExit) {
      const child = fork(command.entry, [...command.args, ...args], {
        execPath: node,
        execArgv: [],
        env: command.env,
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
      readBeats(child.stdout, onMessage);
      const ports = new Map<number, MessagePortMain>();
      let clients = 0;
      let running = true;
      const end = (): void => void child.kill('SIGKILL');
      const ended = new Promise<void>((resolve) => {
        const done = (reason: string): void => {
          if (!running) return;
          running = false;
          for (const port of ports.values()) port.close();
          onExit(reason);
          resolve();
        };
        child.once('exit', (code, signal) => done(signal ?? `exit code ${String(code)}`));
        child.once('error', (error) => done(error.message));
      });
      const send = (message: ToCore): void => {
        // A core that is just ending makes this fail; its exit is told by onExit.
        if (child.connected) child.send(message, () => undefined);
      };
      child.on('message', (data) => {
        const message = coreToMainSchema.safeParse(data).data;
        if (message?.type === 'message') ports.get(message.client)?.postMessage(message.data);
        else if (message !== undefined) onMessage(message);
      });
      return {
        send,
        connect(port) {
          const client = (clients += 1);
          ports.set(client, port);
          port.on('message', (event) => send({ type: 'message', client, data: event.data as unknown }));
          port.on('close', () => {
            ports.delete(client);
            send({ type: 'close', client });
          });
          send({ type: 'open', client });
          port.start();
        },
        async stop() {
          send({ type: 'stop' });
          const timer = setTimeout(end, STOP_TIMEOUT_MS);
          await ended;
          clearTimeout(timer);
        },
        end,
      };
    },
  };
}
