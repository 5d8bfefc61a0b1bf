import { app, session } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/** Refuses whatever a page of ours never asks for: permissions, navigation, windows, web views, downloads. */
export function lockDown(log: (line: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: Electron.Event, url: string): void => {
      if (url.startsWith(`${APP_ORIGIN}/`)) return;
      event.preventDefault();
      log(`refused navigation to ${url.slice(0, 200)}`);
    };
    contents.on('will-navigate', (event) => refuse(event, event.url));
    contents.on('will-redirect', (event) => refuse(event, event.url));
    contents.on('will-frame-navigate', (event) => refuse(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      log(`refused a new window for ${url.slice(0, 200)}`);
      return { action: 'deny' };
    });
  });
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => {
    log(`refused permission ${permission}`);
    answer(false);
  });
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.on('will-download', (event) => event.preventDefault());
}
