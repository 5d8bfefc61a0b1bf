import { contextBridge, ipcRenderer } from 'electron';
import type { CoreLink } from '../contract/terminal/bridge.ts';
import type { CallName, EventName } from '../contract/terminal/calls.ts';
import { APP_ORIGIN, CORE_HANG_CHANNEL, CORE_PORT_CHANNEL } from '../contract/terminal/origin.ts';
import { createClient } from './client.ts';
import { readHang } from './message.ts';

/** The contract's calls, put in by the build (scripts/build.ts). */
declare const CALL_NAMES: readonly CallName[];

/** A page of any other origin, should one ever be shown, gets no bridge and no port. */
function expose(): void {
  const client = createClient();

  ipcRenderer.on(CORE_PORT_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    client.connect({
      post: (message) => port.postMessage(message),
      listen: (onMessage, onClose) => {
        port.onmessage = (message): void => onMessage(message.data);
        port.addEventListener('close', onClose);
        port.start();
      },
      close: () => port.close(),
    });
  });

  ipcRenderer.on(CORE_HANG_CHANNEL, (_event, hang: unknown) => client.hangs(readHang(hang)));

  contextBridge.exposeInMainWorld('terminal', {
    call: Object.fromEntries(CALL_NAMES.map((name) => [name, (input: unknown) => client.call(name, input)])),
    on: (name: EventName, listener: (payload: unknown) => void) => client.on(name, listener),
    onConnection: (listener: (link: CoreLink) => void) => client.onConnection(listener),
  });
}

if (location.origin === APP_ORIGIN) expose();
